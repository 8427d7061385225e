import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Home } from '../support/home.ts';
import { runProgram } from '../support/program.ts';

interface Report {
  readonly schema: string;
  readonly guide: string;
  readonly target: string;
  readonly steps: readonly {
    readonly id: string;
    readonly state: string;
    readonly why: string;
    readonly evidence: unknown[];
  }[];
}

let home: Home;

beforeEach(() => {
  home = new Home();
});

afterEach(() => home.remove());

const run = (...args: string[]) => runProgram(args, { home: home.path });

describe('guides without the dashboard', () => {
  it('are listed', async () => {
    const { code, stdout } = await run('guides', '--json');
    expect(code).toBe(0);
    const ids = (JSON.parse(stdout) as { items: { id: string }[] }).items.map(({ id }) => id);
    expect(ids).toEqual(
      expect.arrayContaining([
        'rack-move',
        'console-role',
        'access-entries',
        'eks-viewing',
        'aws-integration',
        'iam-review',
      ]),
    );
  });

  it.each(['rack-move', 'console-role', 'access-entries', 'eks-viewing', 'aws-integration', 'iam-review'])(
    '%s is looked at on the demo, and leaves nothing behind',
    async (id) => {
      const { code, stdout, stderr } = await run('guide', id, '--check', '--demo', '-r', 'staging', '--json');
      const report = JSON.parse(stdout) as Report;
      expect(report).toMatchObject({ schema: 'rackdeck/guide@1', guide: id, target: 'staging' });
      expect(report.steps.length).toBeGreaterThan(3);
      const trouble = report.steps.some(({ state }) => state === 'blocked' || state === 'unknown');
      expect(code, stderr).toBe(trouble ? 1 : 0);
      for (const step of report.steps)
        expect(step).toMatchObject({ why: expect.stringMatching(/\S/), evidence: expect.any(Array) });
      expect(readdirSync(join(home.path)).filter((name) => name !== '.cache')).toEqual([]);
    },
  );

  it('name the way to credentials where there are none', async () => {
    home.directRack('lonely', 'http://convox:secret@127.0.0.1:9');
    const { code, stdout } = await run('guide', 'iam-review', '--check', '--set', 'region=us-east-1', '-r', 'lonely');
    expect(code).toBe(1);
    expect(stdout).toMatch(/no AWS credentials were found/);
    expect(stdout).toMatch(/aws sso login/);
    expect(stdout).not.toContain('secret@');
  });
});
