/** What a pretend container knows about itself. */
export interface ShellWorld {
  readonly env: ReadonlyMap<string, string>;
  readonly cwd: string;
  readonly hostname: string;
}

export interface Outcome {
  readonly output: string;
  readonly code: number;
  /** How long the command runs before it ends. */
  readonly seconds: number;
  /** Ends the shell it was typed into. */
  readonly exits?: boolean;
  /** Reads its input until it is stopped: a shell, `cat`, a console. */
  readonly interactive?: 'shell' | 'cat';
}

const done = (output = '', code = 0, seconds = 0): Outcome => ({ output, code, seconds });

/** Runs a command line the way `exec` does: split into words, no shell unless one is called. */
export function runCommand(line: string, world: ShellWorld): Outcome {
  const words = splitWords(line);
  const [name, ...rest] = words;
  if (name === undefined) return done();
  const shell = /^(?:\/bin\/)?(?:ba|da|a)?sh$/.test(name);
  if (shell && (rest[0] === '-c' || rest[0] === '-lc')) return runScript(rest[1] ?? '', world);
  if (shell) return { ...done(), interactive: 'shell' };
  return runWords(name, rest, world);
}

/** A script of a pretend shell: commands parted by `;`, `&&` or newlines. */
export function runScript(script: string, world: ShellWorld): Outcome {
  let output = '';
  let code = 0;
  let seconds = 0;
  for (const { text, onlyAfterSuccess } of statements(script)) {
    if (onlyAfterSuccess && code !== 0) continue;
    const expanded = text.replace(/\$\{?(\w+|\?)\}?/g, (_, name: string) =>
      name === '?' ? String(code) : (world.env.get(name) ?? ''),
    );
    const outcome = runCommand(expanded, world);
    output += outcome.output;
    code = outcome.code;
    seconds += outcome.seconds;
    if (outcome.exits === true) return { output, code, seconds, exits: true };
  }
  return done(output, code, seconds);
}

function statements(script: string): { text: string; onlyAfterSuccess: boolean }[] {
  const parts = script.split(/(;|&&|\n)/);
  const out: { text: string; onlyAfterSuccess: boolean }[] = [];
  for (let i = 0; i < parts.length; i += 2) {
    const text = (parts[i] ?? '').trim();
    if (text !== '') out.push({ text, onlyAfterSuccess: parts[i - 1] === '&&' });
  }
  return out;
}

function runWords(name: string, args: readonly string[], world: ShellWorld): Outcome {
  switch (name) {
    case 'echo':
      return done(`${args.join(' ')}\n`);
    case 'env':
    case 'printenv':
      return printenv(args, world);
    case 'pwd':
      return done(`${world.cwd}\n`);
    case 'whoami':
      return done('app\n');
    case 'hostname':
      return done(`${world.hostname}\n`);
    case 'uname':
      return done('Linux\n');
    case 'ls':
      return done('Gemfile\nProcfile\nREADME.md\napp\nbin\nconfig\nlib\nlog\n');
    case 'ps':
      return done('PID   USER     TIME  COMMAND\n    1 app       0:42 web\n   57 app       0:00 ps\n');
    case 'true':
    case 'cd':
    case 'export':
    case 'set':
      return done();
    case 'false':
      return done('', 1);
    case 'exit':
      return { ...done('', Number(args[0] ?? 0) || 0), exits: true };
    case 'sleep':
      return done('', 0, Math.max(0, Number(args[0] ?? 0) || 0));
    case 'cat':
      return args.length === 0
        ? { ...done(), interactive: 'cat' }
        : done(`cat: can't open '${args[0]}': No such file or directory\n`, 1);
    default:
      return done(`sh: ${name}: not found\n`, 127);
  }
}

function printenv(args: readonly string[], world: ShellWorld): Outcome {
  const [key] = args;
  if (key === undefined) return done([...world.env].map(([k, v]) => `${k}=${v}\n`).join(''));
  const value = world.env.get(key);
  return value === undefined ? done('', 1) : done(`${value}\n`);
}

/** Shell words: quotes group, a backslash keeps the next character. */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let i = 0; i < line.length; i++) {
    const c = line[i] ?? '';
    if (c === '\\' && quote !== "'") word = (word ?? '') + (line[++i] ?? '');
    else if (quote !== '') {
      if (c === quote) quote = '';
      else word = (word ?? '') + c;
    } else if (c === '"' || c === "'") {
      quote = c;
      word ??= '';
    } else if (/\s/.test(c)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + c;
  }
  if (word !== undefined) words.push(word);
  return words;
}
