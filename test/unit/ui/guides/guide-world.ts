import { eventually } from '../../../support/eventually.ts';
import { fakeActions } from '../fake-actions.ts';
import { FakeSession } from '../fake-deck.ts';
import { createWorld, NIGHT, SAMPLE_SYSTEM, sampleReads, type World, type WorldOptions } from '../sample-world.ts';
import { type FakeGuides, fakeGuides } from './fake-guides.ts';

export interface GuideWorld extends World {
  readonly guides: FakeGuides;
  readonly saved: { readonly name: string; readonly lines: readonly string[] }[];
  /** Waits until the screen shows it. */
  until(shown: RegExp): Promise<string>;
  /** Waits until no look and no change is under way. */
  rest(): Promise<void>;
}

/** Longer than the quiet that a question asks for. */
export const QUIET = 301;

export async function guideWorld(
  options: Pick<WorldOptions, 'columns' | 'rows'> & {
    readonly guides?: FakeGuides;
    readonly start?: NonNullable<WorldOptions['services']>['start'];
    readonly look?: NonNullable<WorldOptions['services']>['look'];
  } = {},
): Promise<GuideWorld> {
  // Their code is loaded when the first of them is opened; here that must not be what a test waits for.
  await import('../../../../src/ui/guides/guide-views.ts');
  const guides = options.guides ?? fakeGuides(() => NIGHT);
  const saved: GuideWorld['saved'] = [];
  const world = createWorld({
    ...(options.columns === undefined ? {} : { columns: options.columns }),
    ...(options.rows === undefined ? {} : { rows: options.rows }),
    services: {
      start: options.start ?? { view: 'guides', rack: 'acme/prod' },
      guides,
      actions: fakeActions(),
      save: async (name, lines) => {
        saved.push({ name, lines: [...lines] });
        return `/home/ops/${name}`;
      },
      ...(options.look ? { look: options.look } : {}),
    },
    sessions: (now) =>
      ['acme/prod', 'acme/staging'].map((name) => {
        const session = new FakeSession({ name, kind: 'direct', now, reads: sampleReads() });
        session.system.set(SAMPLE_SYSTEM);
        return session;
      }),
  });
  await world.settle();
  return Object.assign(world, {
    guides,
    saved,
    until: async (shown: RegExp) => {
      await eventually(() => {
        if (!shown.test(world.text())) throw new Error(`${shown} is not on screen:\n${world.text()}`);
      });
      return world.text();
    },
    rest: async () => {
      for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    },
  });
}
