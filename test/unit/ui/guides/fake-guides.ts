import { Failure } from '../../../../src/domain/failure.ts';
import type { GuideProgressStore } from '../../../../src/domain/guide-progress.ts';
import type { StepResult } from '../../../../src/domain/guide-step.ts';
import { ALLOWED, type Verdict } from '../../../../src/domain/verdict.ts';
import { defineGuide, type Guide, type GuideStep } from '../../../../src/guides/define-guide.ts';
import type { GuideEntry } from '../../../../src/guides/guide-catalogue.ts';
import type { GuideDoor } from '../../../../src/guides/guide-door.ts';
import { GuideRun } from '../../../../src/guides/guide-run.ts';
import { blocked, ok, seen, todo } from '../../../../src/guides/step-results.ts';
import type { GuideQuestion } from '../../../../src/guides/step-run.ts';
import { GuideProgressMemory } from '../../../../src/live/guide-progress-folder.ts';
import type { GuideServices, GuideStanding } from '../../../../src/ui/guides/guide-services.ts';

/** A cluster that a test sets by hand; the guide on it is the real thing, run by the real runner. */
export interface FakeCluster {
  login: StepResult;
  hazard: StepResult | undefined;
  /** Of the hazard: somebody else sees to it. */
  watchMs: number | undefined;
  mapped: boolean;
  /** The write is refused with it. */
  refuses: Failure | undefined;
  /** A look after the change waits for it. */
  held: Promise<void> | undefined;
  /** Looks at the steps so far. */
  looks: number;
  writes: string[];
}

export function fakeCluster(): FakeCluster {
  return {
    login: ok('AWS takes you for ops.', [seen('account', '123456789012'), seen('caller', 'arn:aws:iam::1:user/ops')]),
    hazard: undefined,
    watchMs: undefined,
    mapped: false,
    refuses: undefined,
    held: undefined,
    looks: 0,
    writes: [],
  };
}

/** Five steps: a look, a hazard, a change with a way back, one without, one by hand. */
export function sampleGuide(cluster: FakeCluster): Guide {
  const steps: readonly GuideStep[] = [
    {
      id: 'login',
      title: 'Who AWS takes you for',
      why: 'Everything below is asked with these credentials.',
      check: async () => {
        cluster.looks += 1;
        return cluster.login;
      },
    },
    {
      id: 'hazard',
      title: 'Nothing is in the way',
      why: 'A rack that is being updated must not be changed.',
      ...(cluster.watchMs === undefined ? {} : { watchMs: cluster.watchMs }),
      check: async () => cluster.hazard ?? ok('The rack is running.'),
    },
    {
      id: 'mapping',
      title: 'ConsoleRole in aws-auth',
      why: 'Without it the console cannot update the rack.',
      danger: 'The role becomes administrator.',
      check: async () =>
        cluster.mapped
          ? ok('ConsoleRole is mapped.', [seen('entry', 'ConsoleRole: system:masters')])
          : todo('ConsoleRole has no entry.', [seen('to add', '- rolearn: ConsoleRole\n  username: convox-console')]),
      apply: {
        title: 'Add ConsoleRole to aws-auth',
        tier: 3,
        permissions: ['convox:rack:update'],
        plan: async () => plan('Let ConsoleRole in', async () => write(cluster, true)),
      },
      verify: async (_context, what) => {
        await cluster.held;
        return {
          state: cluster.mapped === (what === 'apply') ? 'done' : 'absent',
          words: cluster.mapped ? 'ConsoleRole is mapped.' : 'ConsoleRole is not mapped.',
        };
      },
      wait: { firstMs: 0, everyMs: 1, deadlineMs: 10, steady: 1 },
      undo: {
        title: 'Take ConsoleRole out again',
        tier: 2,
        permissions: [],
        plan: async () => plan('Take ConsoleRole out', async () => write(cluster, false)),
      },
    },
    {
      id: 'one-way',
      title: 'Switch the mode',
      why: 'Access entries are read in no other mode.',
      check: async () => todo('The mode is CONFIG_MAP.'),
      apply: {
        title: 'Switch the mode of the cluster',
        tier: 2,
        permissions: [],
        plan: async () => plan('Switch the mode', async () => write(cluster, true)),
      },
    },
    {
      id: 'by-hand',
      title: 'Older role',
      why: 'Whoever has its key is administrator.',
      check: async () =>
        todo('An older role is left.', [], {
          byHand: true,
          next: 'Remove it in IAM.',
          command: 'aws iam delete-role --role-name old',
        }),
    },
  ];
  return defineGuide({
    id: 'console-role',
    title: 'ConsoleRole access',
    about: 'let the console into the cluster',
    fields: [
      { id: 'region', label: 'Region', about: 'Of the cluster; left out: that of the rack.' },
      { id: 'key', label: 'Key', about: 'Never kept.', secret: true },
    ],
    steps,
  });
}

function plan(headline: string, run: () => Promise<void>) {
  return {
    preview: { headline, effects: ['Every other entry stays as it is.'], warnings: [] },
    changes: [{ route: 'PUT /x', times: 1 }],
    echo: 'kubectl replace configmap aws-auth',
    keep: { before: 'x' },
    run,
  };
}

async function write(cluster: FakeCluster, mapped: boolean): Promise<void> {
  if (cluster.refuses) throw cluster.refuses;
  cluster.writes.push(mapped ? 'map' : 'unmap');
  cluster.mapped = mapped;
}

export const BUSY: StepResult = blocked('The rack is updating.', [seen('status', 'updating')], {
  next: 'Wait until it is running, then look again.',
});

export interface FakeGuides extends GuideServices {
  readonly cluster: FakeCluster;
  readonly journal: string[];
  readonly progress: GuideProgressStore;
  readonly opened: { readonly guide: string; readonly input: Readonly<Record<string, string>> }[];
  verdictOf: (question: GuideQuestion) => Verdict;
  standingOf: (guide: string, rack: string) => GuideStanding;
  appliesTo: GuideEntry['applies'];
  fails: Failure | undefined;
  isProtected: boolean;
  /** Changes are proven only once it is released. */
  holdVerification(): { release(): void };
}

/** Guides whose runs are real, on a cluster that is not. `progress` handed in: the program was started once more. */
export function fakeGuides(
  now: () => number,
  options: Partial<Pick<FakeGuides, 'cluster' | 'progress'>> = {},
): FakeGuides {
  const cluster = options.cluster ?? fakeCluster();
  const progress = options.progress ?? new GuideProgressMemory();
  let passed = 0;
  const entry = (id: string, title: string, about: string): GuideEntry => ({
    id,
    title,
    about,
    applies: (facts) => guides.appliesTo(facts),
  });
  const guides: FakeGuides = {
    cluster,
    progress,
    journal: [],
    opened: [],
    verdictOf: () => ALLOWED,
    standingOf: () => ({ kind: 'not-started' }),
    appliesTo: () => ALLOWED,
    fails: undefined,
    isProtected: false,
    holdVerification: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      cluster.held = promise;
      return { release: resolve };
    },
    catalogue: [
      entry('console-role', 'ConsoleRole access', 'let the console into the cluster'),
      entry('access-entries', 'Access entries in place of aws-auth', 'let the cluster read access entries'),
    ],
    standing: async (guide, session) => guides.standingOf(guide, session.target.name),
    open: async (guide, session, input) => {
      if (guides.fails) throw guides.fails;
      guides.opened.push({ guide, input });
      const { id, name, kind, demo } = session.target;
      const run = new GuideRun(sampleGuide(cluster), input, {
        rack: { id, name, kind, demo },
        door: NO_DOOR,
        verdict: (question) => guides.verdictOf(question),
        isProtected: () => guides.isProtected,
        recorder: {
          begin: async ({ step, reason }) => {
            guides.journal.push(`${step} because ${reason}`);
            return { result: async () => {}, verification: async () => {} };
          },
        },
        progress,
        digest: (text) => text,
        now: () => now() + passed,
        timers: {
          setTimeout: (callback, ms) => {
            // Time passes by itself, as fast as it can.
            passed += ms;
            return setImmediate(callback);
          },
          clearTimeout: (handle) => clearImmediate(handle as NodeJS.Immediate),
        },
      });
      return { run, verdict: (question) => guides.verdictOf(question), close: async () => run.dispose() };
    },
  };
  return guides;
}

/** Its steps ask the cluster above, and nothing else. */
const NO_DOOR = {
  reads: { rack: {}, kubernetes: {}, console: {}, local: {}, aws: () => ({}) },
  writes: () => ({}),
  close: async () => {},
} as unknown as GuideDoor;

export const REFUSED_WRITE = new Failure({
  kind: 'conflict',
  what: 'Somebody else has changed aws-auth',
  why: 'its version is another one',
  next: 'Look again.',
});
