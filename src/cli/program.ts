import { Command, CommanderError, Option } from 'commander';
import { Failure } from '../domain/failure.ts';
import { RESOURCES } from '../resources/index.ts';
import { commonFlags, positiveInteger, type RawOptions, sinceMs, withCommonFlags } from './common-flags.ts';
import { addDo } from './do-command.ts';
import { addGuide, addGuides } from './guide-commands.ts';
import type { Invocation, LogsRequest } from './invocation.ts';
import { addJournal } from './journal-commands.ts';
import { addSharing, type IsWanted } from './sharing-commands.ts';

const DEFAULT_LOG_WINDOW_MS = 10 * 60_000;

/** Reads a command line. Throws a `usage` Failure, whose next step names the flag or view that was meant. */
export function parseCommandLine(argv: readonly string[], version: string): Invocation {
  let invocation: Invocation | undefined;
  let printed = '';
  const take = (result: Invocation) => {
    invocation = result;
  };
  const program = buildProgram(version, take, commandsNamedIn(argv));
  // Behind the name of a command its own flags count; making them twice is a fifth of reading a command line.
  if (!program.commands.some((command) => [command.name(), ...command.aliases()].includes(argv[0] ?? ''))) {
    withCommonFlags(program);
  }
  const capture = {
    writeOut: (text: string) => {
      printed += text;
    },
    writeErr: () => {},
  };
  for (const command of [program, ...program.commands]) command.exitOverride().configureOutput(capture);
  try {
    program.parse(argv as string[], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (printed !== '' && error.exitCode === 0) return { command: 'print', text: printed };
    throw usageFailure(error);
  }
  return invocation ?? { command: 'print', text: printed };
}

/** The whole help text; written to a file at build time so that `--help` need not load the program. */
export function programHelp(version: string): string {
  let text = '';
  const program = withCommonFlags(buildProgram(version, () => {}));
  program.configureOutput({
    writeOut: (part) => {
      text += part;
    },
    getOutHelpWidth: () => 100,
  });
  program.outputHelp();
  return text;
}

function usageFailure(error: CommanderError): Failure {
  const message = error.message.replace(/^error: /, '').trim();
  const [first = message, ...rest] = message.split('\n');
  return new Failure({
    kind: 'usage',
    what: `${first.charAt(0).toUpperCase()}${first.slice(1)}`,
    next: rest.length > 0 ? rest.join(' ').replace(/^\(|\)$/g, '') : 'Run `rackdeck --help` for the views and flags.',
  });
}

/** Making every command takes longer than all the rest of reading a command line; only help lists them all. */
function commandsNamedIn(argv: readonly string[]): IsWanted {
  if (argv.some((word) => word === '-h' || word === '--help')) return () => true;
  return (...names) => names.some((name) => argv.includes(name));
}

function buildProgram(
  version: string,
  done: (invocation: Invocation) => void,
  isWanted: IsWanted = () => true,
): Command {
  const program = new Command('rackdeck')
    .description(
      'Terminal dashboard for Convox racks. Without a command it opens the board of all racks;\n' +
        'with a view it opens there, or prints when the output is no terminal (or --json, --plain).',
    )
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .usage('[view or command] [options]')
    .configureHelp({
      visibleArguments: () => [],
      subcommandTerm: (command) =>
        [command.name(), ...command.registeredArguments.map((part) => `[${part.name()}]`)].join(' '),
    })
    .showSuggestionAfterError(true)
    .allowExcessArguments(false);
  program.addHelpText('after', HELP_AFTER);
  program.argument('[view]', 'a view or command from the list below');
  program.action((stray: string | undefined, _options: RawOptions, command: Command) => {
    if (stray !== undefined) throw unknownView(stray);
    done({ command: 'dashboard', common: commonFlags(command) });
  });
  program.commandsGroup('Views:');
  for (const { id, aliases, about } of RESOURCES) {
    if (!isWanted(id, ...aliases)) continue;
    if (id === 'journal') addJournal(program, { id, aliases, about }, done);
    else addView(program, id, aliases, about, done);
  }
  program.commandsGroup('Commands:');
  if (isWanted('logs', 'log')) addLogs(program, done);
  if (isWanted('doctor')) addDoctor(program, done);
  if (isWanted('login', 'logout')) addLogin(program, done);
  if (isWanted('do')) addDo(program, done);
  if (isWanted('guides')) addGuides(program, done);
  if (isWanted('guide')) addGuide(program, done);
  addSharing(program, done, isWanted);
  return program;
}

const HELP_AFTER = `
Examples:
  rackdeck --demo                               try it on the embedded demo racks
  rackdeck login prod https://gateway.example.com
  rackdeck processes --rack prod --app shop     open there
  rackdeck apps --rack prod --json              print for a script
  rackdeck logs --app shop --since 30m
  rackdeck open acme/prod/shop/processes?filter=status:crashed
  rackdeck triage --json --fail-on critical

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 cannot reach the rack, 4 not logged in.
`;

function addView(
  program: Command,
  id: string,
  aliases: readonly string[],
  about: string,
  done: (invocation: Invocation) => void,
): void {
  withCommonFlags(
    program
      .command(id)
      .aliases([...aliases])
      .description(about),
  )
    .option('--json', `print JSON (schema rackdeck/${id}@1)`)
    .option('--plain', 'print a plain table')
    .option('-f, --filter <text>', 'only matching rows: text, !text, /regex/, status:crashed, cpu>500m, age<2h')
    .option('-s, --service <name>', 'narrow to a service, where the view has one')
    .action((options: RawOptions, command: Command) => {
      done({
        command: 'view',
        common: commonFlags(command),
        view: {
          view: id,
          json: options.json === true,
          plain: options.plain === true,
          filter: options.filter,
          service: options.service,
        },
      });
    });
}

function addLogs(program: Command, done: (invocation: Invocation) => void): void {
  withCommonFlags(
    program.command('logs').alias('log').description('print the logs of an app, service, process, build or rack'),
  )
    .option('-s, --service <name>', 'logs of one service')
    .option('-p, --process <id>', 'logs of one process')
    .option('-b, --build <id>', 'logs of one build')
    .option('--rack-logs', 'logs of the rack itself')
    .addOption(
      new Option('--since <duration>', 'how far back to begin')
        .argParser(sinceMs)
        .default(DEFAULT_LOG_WINDOW_MS, '10m'),
    )
    .option('--tail <n>', 'lines per process (service logs)', positiveInteger)
    .option('--no-follow', 'stop at the end instead of waiting for more')
    .option('--previous', 'the previous life of a crashed process (service logs)')
    .option('-f, --filter <text>', 'only matching lines: text, !text, /regex/, level:error, service:web')
    .option('--json', 'one JSON object per line')
    .action((options: RawOptions, command: Command) => {
      done({ command: 'logs', common: commonFlags(command), logs: logsRequest(options) });
    });
}

function logsRequest(options: RawOptions): LogsRequest {
  const named = [
    ['service', options.service],
    ['process', options.process],
    ['build', options.build],
  ] as const;
  const given = named.filter(([, name]) => name !== undefined);
  if (given.length + (options.rackLogs ? 1 : 0) > 1) {
    throw new Failure({
      kind: 'usage',
      what: 'Only one of --service, --process, --build and --rack-logs can be given',
      next: 'Leave all but one away.',
    });
  }
  const [source, name] = given[0] ?? [options.rackLogs ? 'rack' : 'app', undefined];
  return {
    source,
    name,
    sinceMs: options.since ?? DEFAULT_LOG_WINDOW_MS,
    tail: options.tail,
    follow: options.follow !== false,
    filter: options.filter,
    previous: options.previous === true,
    json: options.json === true,
  };
}

function addDoctor(program: Command, done: (invocation: Invocation) => void): void {
  withCommonFlags(
    program
      .command('doctor')
      .description('say what was found where: files, racks, versions, reachability, permissions'),
  )
    .option('--json', 'print JSON (schema rackdeck/doctor@1)')
    .action((options: RawOptions, command: Command) => {
      done({ command: 'doctor', common: commonFlags(command), json: options.json === true });
    });
}

function addLogin(program: Command, done: (invocation: Invocation) => void): void {
  withCommonFlags(
    program.command('login').description('log in to a rack gateway (or an OIDC target of the config file)'),
  )
    .argument('[name]', 'what to call the rack')
    .argument('[url]', 'address of its gateway')
    .option('--no-browser', 'only print the address to open')
    .action((name: string | undefined, url: string | undefined, options: RawOptions, command: Command) => {
      done({ command: 'login', common: commonFlags(command), name, url, browser: options.browser !== false });
    });
  withCommonFlags(program.command('logout').description('log out: revoke the session on the server and forget it here'))
    .argument('[name]', 'the rack; default the current one')
    .action((name: string | undefined, _options: RawOptions, command: Command) => {
      done({ command: 'logout', common: commonFlags(command), name });
    });
}

function unknownView(name: string): Failure {
  const near = RESOURCES.map((resource) => resource.id).filter((id) => id.startsWith(name.slice(0, 2)));
  return new Failure({
    kind: 'usage',
    what: `There is no view or command '${name}'`,
    next: near.length > 0 ? `Did you mean ${near.join(' or ')}? See \`rackdeck --help\`.` : 'See `rackdeck --help`.',
  });
}
