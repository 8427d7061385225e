import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type IPty, spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { keyBytes } from './keys.ts';

const LAUNCHER = fileURLToPath(new URL('../../bin/rackdeck.js', import.meta.url));
const NODE = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url));
const PATIENCE_MS = 15_000;

export interface TerminalOptions {
  readonly args?: readonly string[];
  readonly columns?: number;
  readonly rows?: number;
  /** Added to a clean environment: no variable of the machine that runs the test gets in. */
  readonly env?: Readonly<Record<string, string>>;
  /** Home folder to use; default: an empty one that goes with the terminal. */
  readonly home?: string;
  /** Another program than rackdeck. */
  readonly command?: readonly [file: string, ...args: string[]];
}

/**
 * The real program in a real pseudo-terminal, its output fed to a terminal emulator: a test presses keys and reads the screen
 * that a person would see. Waiting is always for a condition on that screen; a wait that fails shows the frame.
 */
export class Terminal {
  readonly home: string;
  /** Bytes written by the program so far. */
  bytes = 0;
  raw = '';
  /** Told of every piece of output as it comes, before the emulator draws it. */
  onOutput: ((data: string) => void) | undefined;
  readonly #pty: IPty;
  readonly #emulator: InstanceType<typeof xterm.Terminal>;
  readonly #ownHome: boolean;
  readonly #waiters = new Set<() => void>();
  #pending = 0;
  /** What was on the screen when the frame being drawn began; undefined between frames. */
  #shown: string[] | undefined;
  #exit: { code: number; signal: number | undefined } | undefined;

  private constructor(options: TerminalOptions) {
    const cols = options.columns ?? 80;
    const rows = options.rows ?? 24;
    this.#ownHome = options.home === undefined;
    this.home = options.home ?? mkdtempSync(join(tmpdir(), 'rackdeck-home-'));
    this.#emulator = new xterm.Terminal({ cols, rows, allowProposedApi: true, scrollback: 1_000 });
    const [file, ...args] = options.command ?? [NODE, LAUNCHER, ...(options.args ?? [])];
    this.#pty = spawn(file, args, {
      name: 'xterm-256color',
      cols,
      rows,
      cwd: this.home,
      env: cleanEnvironment(this.home, options.env),
    });
    this.#pty.onData((data) => this.#receive(data));
    this.#pty.onExit(({ exitCode, signal }) => {
      this.#exit = { code: exitCode, signal };
      this.#wake();
    });
    // Synchronized output (mode 2026): like a terminal that knows it, nobody sees a half-drawn frame.
    this.#emulator.parser.registerCsiHandler({ prefix: '?', final: 'h' }, (mode) => {
      if (mode[0] === 2026) this.#shown = this.#drawn();
      return false;
    });
    this.#emulator.parser.registerCsiHandler({ prefix: '?', final: 'l' }, (mode) => {
      if (mode[0] === 2026) this.#shown = undefined;
      return false;
    });
    // Answers to questions the program asks of its terminal (cursor position, device attributes).
    this.#emulator.onData((data) => this.#pty.write(data));
  }

  static open(options: TerminalOptions = {}): Terminal {
    return new Terminal(options);
  }

  get pid(): number {
    return this.#pty.pid;
  }

  get exitCode(): number | undefined {
    return this.#exit?.code;
  }

  /** The visible screen, one string per row, without trailing blanks. */
  lines(): string[] {
    return this.#shown ?? this.#drawn();
  }

  #drawn(): string[] {
    const buffer = this.#emulator.buffer.active;
    return Array.from({ length: this.#emulator.rows }, (_, row) =>
      (buffer.getLine(buffer.viewportY + row)?.translateToString(true) ?? '').trimEnd(),
    );
  }

  screen(): string {
    return this.lines().join('\n');
  }

  isAlternateScreen(): boolean {
    return this.#emulator.buffer.active.type === 'alternate';
  }

  /** Cells of a row that carry a colour or background: for NO_COLOR and highlight tests. */
  colouredCells(): number {
    const buffer = this.#emulator.buffer.active;
    let count = 0;
    for (let row = 0; row < this.#emulator.rows; row += 1) {
      const line = buffer.getLine(buffer.viewportY + row);
      for (let column = 0; column < this.#emulator.cols; column += 1) {
        const cell = line?.getCell(column);
        if (cell && (!cell.isFgDefault() || !cell.isBgDefault())) count += 1;
      }
    }
    return count;
  }

  press(...keys: string[]): void {
    for (const key of keys) this.#pty.write(keyBytes(key));
  }

  type(text: string): void {
    this.#pty.write(text);
  }

  resize(columns: number, rows: number): void {
    this.#emulator.resize(columns, rows);
    this.#pty.resize(columns, rows);
  }

  signal(name: string): void {
    this.#pty.kill(name);
  }

  /** Until the screen holds the text (or meets the condition). */
  async waitFor(wanted: string | RegExp | ((screen: string) => boolean), patience = PATIENCE_MS): Promise<string> {
    await this.#until(
      () => meets(this.screen(), wanted),
      patience,
      typeof wanted === 'function' ? 'a condition' : String(wanted),
    );
    return this.screen();
  }

  async waitUntilGone(text: string | RegExp, patience = PATIENCE_MS): Promise<string> {
    await this.#until(() => !meets(this.screen(), text), patience, `${text} to go`);
    return this.screen();
  }

  /** Until the program has ended and the emulator has drawn its last words: what a screen looks like before that says nothing. */
  async waitForExit(patience = PATIENCE_MS): Promise<number> {
    await this.#until(() => this.#exit !== undefined && this.#pending === 0, patience, 'the program to end');
    return this.#exit?.code ?? -1;
  }

  /** Ends the program if it still runs and removes its home folder. */
  async close(): Promise<void> {
    if (!this.#exit) {
      this.#pty.kill('SIGKILL');
      await this.waitForExit().catch(() => undefined);
    }
    this.#emulator.dispose();
    if (this.#ownHome) rmSync(this.home, { recursive: true, force: true });
  }

  #receive(data: string): void {
    this.onOutput?.(data);
    this.bytes += Buffer.byteLength(data);
    this.raw += data;
    this.#pending += 1;
    this.#emulator.write(data, () => {
      this.#pending -= 1;
      this.#wake();
    });
  }

  #wake(): void {
    for (const waiter of [...this.#waiters]) waiter();
  }

  #until(condition: () => boolean, patience: number, wanted: string): Promise<void> {
    if (condition()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const done = (action: () => void) => {
        clearTimeout(timer);
        this.#waiters.delete(check);
        action();
      };
      const check = () => {
        if (condition()) return done(resolve);
        // Output may still be in the emulator when the exit is reported.
        if (this.#exit && this.#pending === 0) done(() => reject(this.#lost(wanted, 'the program ended')));
      };
      const timer = setTimeout(() => done(() => reject(this.#lost(wanted, `${patience} ms passed`))), patience);
      this.#waiters.add(check);
    });
  }

  #lost(wanted: string, why: string): Error {
    const exit = this.#exit ? ` (exit ${this.#exit.code})` : '';
    const frame = this.lines()
      .map((line) => `  |${line}`)
      .join('\n');
    return new Error(`Waited for ${wanted}, but ${why}${exit}. The screen:\n${frame}`);
  }
}

function meets(screen: string, wanted: string | RegExp | ((screen: string) => boolean)): boolean {
  if (typeof wanted === 'string') return screen.includes(wanted);
  return typeof wanted === 'function' ? wanted(screen) : wanted.test(screen);
}

function cleanEnvironment(home: string, extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: home,
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    ...extra,
  };
}
