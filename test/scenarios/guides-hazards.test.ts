import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Home } from '../support/home.ts';
import { runProgram } from '../support/program.ts';

interface Step {
  readonly id: string;
  readonly state: string;
  readonly words: string;
}

const SECRET = 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00';
const STRANGER = 'arn:aws:iam::999999999999:role/Stranger';

let home: Home;
beforeEach(() => {
  home = new Home();
  home.write('notes.csv', `no header, ${SECRET}\n`);
});
afterEach(() => home.remove());

describe('a hazard of every guide, told by the command line', () => {
  it.each([
    ['rack-move', 'staging', 'to=staging', 'names', 'unknown'],
    ['console-role', 'staging', `role=${STRANGER}`, 'console-role', 'unknown'],
    ['access-entries', 'acme/eu', 'cluster=eu', 'gate', 'blocked'],
    ['eks-viewing', 'staging', `principal=${STRANGER}`, 'mapping', 'unknown'],
    ['aws-integration', 'staging', 'credentials=notes.csv', 'credentials', 'blocked'],
    ['iam-review', 'staging', 'cluster=nobodys', 'cluster', 'unknown'],
  ])('%s on %s with %s: %s is %s', async (guide, rack, value, step, state) => {
    const args = ['guide', guide, '--check', '--json', '--demo', '-r', rack, '--set', value];
    const { code, stdout, stderr } = await runProgram(args, { home: home.path });
    const { steps } = JSON.parse(stdout) as { steps: readonly Step[] };
    expect(steps.find(({ id }) => id === step)).toMatchObject({ state, words: expect.stringMatching(/\S/) });
    expect(code, stderr).toBe(1);
    expect(stdout + stderr).not.toContain(SECRET);
  });
});
