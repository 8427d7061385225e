import type { Writable } from 'node:stream';
import { safeText } from '../domain/safe-text.ts';
import { type EscapeAction, EscapeFilter } from './escape-filter.ts';
import { RawInput, type TerminalInput } from './raw-input.ts';
import { TerminalModes } from './terminal-modes.ts';

export type TerminalOutput = Writable & {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
};

/** The remote side as the terminal sees it; `ExecSession` of the protocol layer is one. */
export interface RemoteSession<End> {
  readonly opened: Promise<boolean>;
  readonly result: Promise<End>;
  write(bytes: Uint8Array): boolean;
  endInput(): void;
  resume(): void;
  close(): void;
}

export interface RemoteSink {
  output(bytes: Uint8Array): boolean;
  drain(): void;
}

/** Hears what passes, in order; must not throw. */
export interface SessionTap {
  output(bytes: Uint8Array): void;
  input(bytes: Uint8Array): void;
}

export interface TerminalRun<End> {
  readonly input: TerminalInput;
  readonly output: TerminalOutput;
  /** Opens the session, once, while the screen is still ours: what it has to say before is held back. */
  readonly open: (
    sink: RemoteSink,
    size: { readonly rows: number; readonly columns: number } | undefined,
  ) => RemoteSession<End>;
  /** Ink's `suspendTerminal`; absent where nobody draws. */
  readonly suspend?: (run: () => Promise<void>) => Promise<void>;
  /** One line above the session, of our own words. */
  readonly greeting?: string;
  /** One line below it. With `waitForEnter` it stays until enter is pressed, before a dashboard covers it. */
  readonly farewell?: (end: End, hungUp: boolean) => { readonly text: string; readonly waitForEnter?: boolean };
  readonly tap?: SessionTap;
  /** Aborting hangs up. */
  readonly signal?: AbortSignal;
  /** Quiet that ends the dropping of what was typed too late, ms. Default 300. */
  readonly quietMs?: number;
}

export interface TerminalRunEnd<End> {
  readonly end: End;
  /** False: it was refused before the terminal was touched. */
  readonly attached: boolean;
  /** By the person, with `~.`. */
  readonly hungUp: boolean;
}

/**
 * Gives a remote session the terminal: raw bytes both ways (this is the one place where remote bytes reach the terminal
 * unsanitised, because for that time it is the remote side's terminal), Ctrl-C goes to the remote, `~.` after enter hangs up.
 * On every way out the terminal is as it was, and nothing that was typed for the remote side is left for anybody else.
 */
export async function runInTerminal<End>(run: TerminalRun<End>): Promise<TerminalRunEnd<End>> {
  const attachment = new Attachment(run);
  return attachment.run();
}

/** Typed beyond what the remote side takes, before reading stops. Until then `~.` and Ctrl-C still get through. */
const MAX_AHEAD = 1_048_576;
const ENTER = [0x0d, 0x0a];

class Attachment<End> {
  readonly #run: TerminalRun<End>;
  readonly #escapes = new EscapeFilter();
  readonly #modes = new TerminalModes();
  readonly #session: RemoteSession<End>;
  readonly #held: Uint8Array[] = [];
  #input: RawInput | undefined;
  #attached = false;
  #over = false;
  #hungUp = false;
  #ahead = 0;
  #inputGone = false;
  /** Set while what is typed is dropped. */
  #dropped: ((bytes: Buffer) => void) | undefined;

  constructor(run: TerminalRun<End>) {
    this.#run = run;
    const sink = { output: (bytes: Uint8Array) => this.#output(bytes), drain: () => this.#drained() };
    this.#session = run.open(sink, sizeOf(run.output));
  }

  async run(): Promise<TerminalRunEnd<End>> {
    const { signal, suspend } = this.#run;
    const abort = () => this.#session.close();
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort, { once: true });
    try {
      if (await this.#session.opened) await (suspend ? suspend(() => this.#attach()) : this.#attach());
      return { end: await this.#session.result, attached: this.#attached, hungUp: this.#hungUp };
    } finally {
      signal?.removeEventListener('abort', abort);
      // Whatever went wrong above: no session without a terminal.
      this.#session.close();
    }
  }

  async #attach(): Promise<void> {
    const { input, output, greeting } = this.#run;
    const onDrain = () => this.#session.resume();
    const onBroken = () => this.#session.close();
    output.on('drain', onDrain);
    output.on('error', onBroken);
    try {
      this.#input = new RawInput(input, { bytes: (bytes) => this.#typed(bytes), end: () => this.#inputEnded() });
      if (greeting !== undefined) this.#say(greeting);
      this.#attached = true;
      for (const bytes of this.#held.splice(0)) this.#output(bytes);
      this.#session.resume();
      const end = await this.#session.result;
      this.#over = true;
      await this.#leave(end);
    } finally {
      this.#over = true;
      this.#input?.release();
      output.off('drain', onDrain);
      output.off('error', onBroken);
    }
  }

  async #leave(end: End): Promise<void> {
    const { output, farewell } = this.#run;
    if (output.isTTY) output.write(this.#modes.restore());
    const words = farewell?.(end, this.#hungUp);
    if (words !== undefined) this.#say(words.text);
    await written(output);
    if (this.#run.input.isTTY) await this.#dropTyped(words?.waitForEnter === true);
  }

  #output(bytes: Uint8Array): boolean {
    if (!this.#attached) {
      this.#held.push(bytes);
      return false;
    }
    this.#run.tap?.output(bytes);
    this.#modes.push(bytes);
    return this.#run.output.write(bytes);
  }

  #typed(bytes: Buffer): void {
    if (this.#over) {
      this.#dropped?.(bytes);
      return;
    }
    const { forward, actions } = this.#run.input.isTTY ? this.#escapes.push(bytes) : { forward: bytes, actions: [] };
    if (forward.length > 0) this.#send(forward);
    for (const action of actions) this.#obey(action);
  }

  #send(bytes: Buffer): void {
    this.#run.tap?.input(bytes);
    if (this.#session.write(bytes)) return;
    // A pipe waits at once; a terminal is read on, because the way out is typed, too.
    this.#ahead += bytes.length;
    if (!this.#run.input.isTTY || this.#ahead > MAX_AHEAD) this.#input?.pause();
  }

  #drained(): void {
    this.#ahead = 0;
    this.#input?.resume();
  }

  #obey(action: EscapeAction): void {
    if (action === 'hang-up') {
      this.#hungUp = true;
      this.#session.close();
      return;
    }
    const size = sizeOf(this.#run.output);
    this.#say('enter ~. hangs up; enter ~~ sends ~; the remote side knows the size of the terminal at the start only:');
    if (size !== undefined) this.#say(`after resizing, type there: stty rows ${size.rows} cols ${size.columns}`);
  }

  #inputEnded(): void {
    this.#inputGone = true;
    if (this.#over) this.#dropped?.(Buffer.alloc(0));
    // A terminal that is gone (closed window, lost SSH) takes the session with it; the end of a pipe does not.
    else if (this.#run.input.isTTY) this.#session.close();
    else this.#session.endInput();
  }

  /** Keys that were meant for the remote side must not become keys of whoever reads next. */
  #dropTyped(waitForEnter: boolean): Promise<void> {
    this.#input?.resume();
    const { promise, resolve } = Promise.withResolvers<void>();
    let timer: NodeJS.Timeout | undefined;
    let quiet = false;
    const restart = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        quiet = true;
        if (!waitForEnter) resolve();
      }, this.#run.quietMs ?? 300);
    };
    this.#dropped = (bytes) => {
      // An enter in the middle of typing was meant for the remote side, too.
      const acknowledged = quiet && ENTER.some((byte) => bytes.includes(byte));
      if (acknowledged || this.#inputGone) resolve();
      else restart();
      quiet &&= waitForEnter && acknowledged;
    };
    if (this.#inputGone) resolve();
    else restart();
    return promise.finally(() => {
      clearTimeout(timer);
      this.#dropped = undefined;
    });
  }

  /** Not into a pipe: that is for what the remote side says. */
  #say(text: string): void {
    if (!this.#run.output.isTTY) return;
    this.#run.output.write(`\r\n${safeText(text)}\r\n`);
  }
}

function sizeOf({ isTTY, rows, columns }: TerminalOutput): { rows: number; columns: number } | undefined {
  return isTTY && rows !== undefined && columns !== undefined ? { rows, columns } : undefined;
}

/** Everything written so far has left; a broken output counts as that. */
function written(output: TerminalOutput): Promise<void> {
  if (output.destroyed || output.writableEnded) return Promise.resolve();
  return new Promise((resolve) => {
    output.write('', () => resolve());
  });
}
