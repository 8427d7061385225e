import type { StepUp } from '../access/step-up.ts';
import type { StepUpPrompt } from '../access/step-up-prompt.ts';
import type { Output } from '../cli/output.ts';

/** Given to a script once: the same code would not be taken twice anyway. */
const VARIABLE = 'RACKDECK_MFA_CODE';

export interface CodePrompt {
  readonly stepUp: StepUp;
  readonly proc: NodeJS.Process;
  readonly output: Output;
}

/**
 * Answers a request for a one-time code where no dashboard is: from `RACKDECK_MFA_CODE`, once, then from the person at the
 * terminal (not echoed); without either it is cancelled with a word about both. Returns the way to stop listening.
 */
export function answerCodes({ stepUp, proc, output }: CodePrompt): () => void {
  let fromVariable = proc.env[VARIABLE];
  let asking: AbortController | undefined;
  let answered: StepUpPrompt | undefined;
  const look = (): void => {
    const prompt = stepUp.prompt.get();
    if (!prompt || prompt.checking) return;
    if (prompt === answered || asking) return;
    answered = prompt;
    if (prompt.problem !== undefined) output.err(`${prompt.problem}\n`);
    const code = fromVariable;
    fromVariable = undefined;
    if (code !== undefined && code !== '') stepUp.submit(code);
    else if (proc.stdin.isTTY === true) ask(prompt);
    else giveUp();
  };
  const giveUp = (): void => {
    output.err(`A one-time code is needed: run it in a terminal, or set ${VARIABLE}.\n`);
    stepUp.cancel();
  };
  const ask = (prompt: StepUpPrompt): void => {
    const control = new AbortController();
    asking = control;
    output.err(`One-time code (${prompt.methods.join(', ')}), ${prompt.triesLeft} tries left: `);
    void readHidden(proc.stdin, control.signal).then((typed) => {
      asking = undefined;
      output.err('\n');
      if (typed === undefined) stepUp.cancel();
      else stepUp.submit(typed);
      look();
    });
  };
  const stop = stepUp.prompt.subscribe(look);
  look();
  return () => {
    stop();
    asking?.abort();
  };
}

const ENTER = /[\r\n]/;
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const BACKSPACE = /[\b\u007f]$/;

/** One line without echo; undefined when it was given up. The terminal is as before afterwards. */
function readHidden(input: NodeJS.ReadStream, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    let typed = '';
    const end = (line: string | undefined): void => {
      input.off('data', onData);
      signal.removeEventListener('abort', onAbort);
      input.setRawMode(false);
      input.pause();
      resolve(line);
    };
    const onAbort = (): void => end(undefined);
    const onData = (data: Buffer): void => {
      for (const char of data.toString('utf8')) {
        const isOver = char === CTRL_C || char === CTRL_D;
        if (isOver || ENTER.test(char)) {
          end(isOver ? undefined : typed);
          break;
        }
        typed = BACKSPACE.test(char) ? typed.slice(0, -1) : typed + char;
      }
    };
    input.setRawMode(true);
    input.on('data', onData);
    input.resume();
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
