import { afterEach, expect, test } from 'vitest';
import { createRelease } from '../../../src/simulator/world/releases.ts';
import { type ActionBench, actionBench, settled } from '../../support/action-bench.ts';
import { PLANTED, plantSecrets } from '../../support/planted-secrets.ts';

let bench: ActionBench;

afterEach(() => bench.close());

const shop = [{ id: 'shop', app: 'shop' }];
const web = [{ id: 'web', app: 'shop', service: 'web' }];
const typed = `${PLANTED}-typed`;

/** Every state of a run on a rack that has a secret wherever there can be one: previews, notes, words, echo. */
test.each([
  ['release.promote', 'newest', {}],
  ['release.rollback', 'shop', { env: 'old' }],
  ['release.rollback', 'shop', { env: 'current' }],
  ['env.set', 'shop', { pairs: `NEW_ONE=${typed}\nLOG_LEVEL=${typed}` }],
  ['env.set', 'shop', { pairs: `NEW_ONE=1\nno name ${typed}` }],
  ['env.unset', 'shop', { keys: 'A' }],
  ['env.edit', 'shop', { text: `A=${typed}` }],
  ['app.params', 'shop', { parameters: `ApiToken=${typed}\nBuildMem=1` }],
  ['app.lock', 'shop', {}],
  ['app.restart', 'shop', {}],
  ['app.delete', 'shop', {}],
  ['service.scale', 'web', { count: '3' }],
  ['registry.add', 'rack', { server: 'registry.other.example.com', username: 'ci', password: typed }],
  [
    'resource.create',
    'rack',
    { kind: 'webhook', name: 'hook', parameters: `Url=https://ci:${typed}@hooks.example.com` },
  ],
] as const)('%s of %s %# shows nothing secret', async (action, subject, input) => {
  bench = await actionBench();
  plantSecrets(bench.rack);
  const made = bench.rack.change((rack, now) =>
    createRelease(rack, bench.app('shop'), { env: `A=${PLANTED}-env` }, now),
  );
  const subjects =
    subject === 'rack' ? [] : subject === 'web' ? web : subject === 'newest' ? [{ id: made.id, app: 'shop' }] : shop;
  const run = bench.start(action, subjects, input);
  const states: unknown[] = [];
  run.state.subscribe(() => states.push(run.state.get()));
  const first = await settled(run, 'planning');
  if (first.step === 'confirm') {
    const { confirmation } = first.proposal;
    run.confirm({ typed: confirmation.kind === 'type' ? confirmation.text : 'y', reason: 'x' });
    await run.finished();
  }
  // What an undo would do again is input, which is never shown.
  const shown = JSON.stringify([first, ...states], (key, value: unknown) => (key === 'input' ? undefined : value));
  expect(shown).not.toContain(PLANTED);
  expect(shown).toMatch(/shop|Line 2|registry\.other|webhook/);
});
