import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { Access } from '../access/access.ts';
import { isProtected } from '../access/guardrails.ts';
import { guideVerdict, undecidedPermission } from '../access/guide-verdict.ts';
import type { ReadOnlyCause } from '../access/read-only.ts';
import { Failure } from '../domain/failure.ts';
import type { GuardrailRules } from '../domain/guardrail-rules.ts';
import type { GuideProgressStore } from '../domain/guide-progress.ts';
import type { Verdict } from '../domain/verdict.ts';
import type { Guide } from '../guides/define-guide.ts';
import type { GuideIntent, GuideRecorder } from '../guides/guide-recorder.ts';
import { GuideRun } from '../guides/guide-run.ts';
import { findGuide, GUIDES } from '../guides/index.ts';
import type { GuideQuestion } from '../guides/step-run.ts';
import { GuideProgressFolder, GuideProgressMemory } from '../live/guide-progress-folder.ts';
import { SYSTEM_TIMERS } from '../live/timers.ts';
import { rackSettings } from '../platform/config-file.ts';
import type { Environment } from '../platform/environment.ts';
import type { Target } from '../targets/target.ts';
import { createGuideDoor } from './guide-door.ts';
import { guidePlaces } from './guide-places.ts';
import { recordOf } from './journal-recorder.ts';
import { openJournals } from './journals.ts';
import type { World } from './world.ts';

export interface OpenGuide {
  readonly world: World;
  readonly guide: Guide;
  readonly target: Target;
  readonly input: Readonly<Record<string, string>>;
  readonly version: string;
  /** Looked up whenever it is judged; may change meanwhile. */
  readonly rules: GuardrailRules;
  /** Who one is on the rack; undefined: not known, and then nothing that the rack decides is allowed. */
  readonly access: () => Access | undefined;
  readonly readOnly: () => ReadOnlyCause | undefined;
  /** Nothing is kept: a look from a script. */
  readonly onlyLooks?: boolean;
}

export interface OpenedGuide {
  readonly run: GuideRun;
  /** May a change be made now? The run asks by itself, too, before it plans and before it sends. */
  verdict(question: GuideQuestion): Verdict;
  close(): Promise<void>;
}

const DEMO_PROGRESS = new GuideProgressMemory();

/** Where the notes of guides on a target are; those on a demo rack end with it. */
export function guideProgress(environment: Environment, { demo }: Pick<Target, 'demo'>): GuideProgressStore {
  return demo ? DEMO_PROGRESS : new GuideProgressFolder(environment);
}

/** Throws a `usage` Failure that names the guides there are. */
export function knownGuide(id: string): Guide {
  const guide = findGuide(id);
  if (guide) return guide;
  const known = GUIDES.map((each) => each.id).join(', ');
  throw new Failure({ kind: 'usage', what: `There is no guide '${id}'`, next: `There are: ${known}.` });
}

/** One guide on one target with everything it needs of this machine. Nothing is sent before `run.start()`. */
export function openGuide(options: OpenGuide): OpenedGuide {
  const { world, guide, target, input, version } = options;
  const { environment, clients } = world;
  const { id, name, kind, demo } = target;
  const demoWorld = demo ? world.demoWorld : undefined;
  const insecure = async (rack: string) => rackSettings((await world.own.file.read()).settings, rack).insecure;
  const userAgent = `rackdeck/${version}`;
  const places = guidePlaces({ environment, clients, userAgent, demo: demoWorld, insecure });
  // Asked late: a value may also come from the notes of an earlier run.
  const kubeconfig = () => {
    const { kubeconfig: path, context } = run.input;
    // One that was emptied in the dashboard is a blank.
    return path === undefined || path.trim() === '' ? undefined : { path: resolve(environment.cwd, path), context };
  };
  const door = createGuideDoor({ target, ...places, kubeconfig });
  const journals = openJournals(environment);
  const progress = guideProgress(environment, target);
  const run: GuideRun = new GuideRun(guide, input, {
    rack: { id, name, kind, demo },
    door,
    verdict: (question) => verdictOf(question, options),
    undecided: (question) => undecidedPermission(question, options.access()),
    isProtected: (rack) => isProtected(options.rules, rack),
    recorder: recorder(
      (intent) => journals(intent.rack),
      () => options.access()?.user ?? '',
    ),
    progress: options.onlyLooks ? unwritten(progress) : progress,
    digest: (text) => createHash('sha256').update(text, 'utf8').digest('hex'),
    now: environment.now,
    timers: SYSTEM_TIMERS,
  });
  return {
    run,
    verdict: (question) => verdictOf(question, options),
    close: async () => {
      run.dispose();
      await door.close();
    },
  };
}

function unwritten(progress: GuideProgressStore): GuideProgressStore {
  return { load: (...of) => progress.load(...of), all: (guide) => progress.all(guide), save: async () => undefined };
}

function verdictOf(question: GuideQuestion, { target, rules, readOnly, access, world }: OpenGuide): Verdict {
  const asked = { rack: target.name, now: world.environment.now(), readOnly: readOnly() };
  return guideVerdict(question, access(), rules, asked);
}

function recorder(
  journalOf: (intent: GuideIntent) => ReturnType<ReturnType<typeof openJournals>>,
  user: () => string,
): GuideRecorder {
  return {
    begin: async (intent) => {
      const { rack, actionId, step, proposal, reason } = intent;
      const run = await journalOf(intent).begin({
        rack: { id: rack.id, name: rack.name },
        user: user(),
        actionId,
        subjects: [{ id: step }],
        preview: proposal.hash,
        headline: proposal.preview.headline,
        confirmation: proposal.confirmation.kind,
        ...(reason === '' ? {} : { reason }),
        echo: proposal.echo,
      });
      return recordOf(run);
    },
  };
}
