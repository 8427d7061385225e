import type { Output } from '../../src/cli/output.ts';

/** What a command printed. */
export class CapturedOutput implements Output {
  stdout = '';
  stderr = '';
  readonly isTerminal = false;
  readonly columns = 80;

  out(text: string): void {
    this.stdout += text;
  }

  err(text: string): void {
    this.stderr += text;
  }
}
