import type { FrameSocket } from '../wire/frame-socket.ts';
import { type Outcome, runScript, type ShellWorld } from '../world/shell.ts';

export interface Conversation {
  readonly mode: 'shell' | 'cat' | 'console';
  readonly world: ShellWorld;
  readonly prompt: string;
  /** A terminal echoes what is typed. */
  readonly echo: boolean;
}

const CTRL_C = 3;
const CTRL_D = 4;
const BACKSPACE = 127;

/**
 * Plays an interactive program until it exits; resolves with its exit code. The client's end of input stops the reading
 * but never reaches the program, as on a real rack; only 0x04 or `exit` ends it.
 */
export function converse(socket: FrameSocket, { mode, world, prompt, echo }: Conversation): Promise<number> {
  const say = (text: string): void => socket.write(Buffer.from(text));
  if (mode !== 'cat') say(prompt);
  return new Promise((resolve) => {
    let line: number[] = [];
    let reading = true;
    let last = 0;
    const enter = (): void => {
      const text = Buffer.from(line).toString('utf8');
      line = [];
      if (echo) say('\r\n');
      if (mode === 'cat') say(`${text}${echo ? '\r\n' : '\n'}`);
      else if (mode === 'shell') obey(runScript(text, world));
      else if (['\\q', 'quit', 'exit'].includes(text.trim())) resolve(0);
      else say(`${text === '' ? '' : '(0 rows)\r\n'}${prompt}`);
    };
    const obey = (outcome: Outcome): void => {
      last = outcome.code;
      say(echo ? outcome.output.replaceAll('\n', '\r\n') : outcome.output);
      if (outcome.exits === true) resolve(outcome.code);
      else say(prompt);
    };
    const typed = (byte: number): void => {
      if (byte === CTRL_C) {
        line = [];
        say(mode === 'cat' ? '^C\r\n' : `^C\r\n${prompt}`);
        if (mode === 'cat') resolve(130);
      } else if (byte === CTRL_D && line.length === 0) resolve(mode === 'shell' ? last : 0);
      else if (byte === BACKSPACE || byte === 8) {
        if (line.pop() !== undefined && echo) say('\b \b');
      } else if (byte === 13 || byte === 10) enter();
      else {
        line.push(byte);
        if (echo) socket.frame(Buffer.from([byte]));
      }
    };
    socket.onInput(
      (data) => {
        if (reading) for (const byte of data) typed(byte);
      },
      () => {
        reading = false;
      },
    );
    socket.onClose(() => resolve(0));
  });
}
