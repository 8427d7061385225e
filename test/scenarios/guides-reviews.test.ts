import { afterEach, it } from 'vitest';
import { Terminal } from '../support/terminal.ts';

let terminal: Terminal;
afterEach(() => terminal.close());

async function openGuide(guide: string): Promise<void> {
  terminal.press(':', ...guide);
  await terminal.waitFor(new RegExp(`> ${guide} +\\(staging\\)`));
  terminal.press('enter');
  await terminal.waitFor(new RegExp(`guides > ${guide}`));
}

it('reviews of role and rack at 80x24: the finding is at hand, and nothing can be applied', async () => {
  terminal = Terminal.open({ args: ['--demo'] });
  await terminal.waitFor(/live/);
  terminal.press(':', ...'staging', 'enter');
  await terminal.waitFor(/staging > apps/);
  await openGuide('aws-integration');
  // Of two roles the older one has more rights than it needs.
  await terminal.waitFor(/> ! by hand +No older role is left/);
  terminal.press('enter');
  await terminal.waitFor(/policy\/AdministratorAccess/);
  terminal.press('escape', 'a');
  await terminal.waitFor(/this step only looks/);
  terminal.press('escape');
  await terminal.waitFor(/staging > apps/);
  await openGuide('iam-review');
  await terminal.waitFor(/> ! by hand +No administrator access/);
  await terminal.waitFor(/It allows everything on everything of\s+logs:\*/);
}, 60_000);
