import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { ACCOUNT, addToAwsAuth, roleEntry, STEP_SAMPLES, type StepSample } from '../guide-samples.ts';
import type { GuideStage } from './guide-stage.ts';

/** A write that has begun and does not end. */
export interface Hold {
  /** It is held now: this is the moment to kill the program. */
  isHeld(): boolean;
  release(): void;
}

/** Where the program dies: its request is on the way and nothing has happened; or all of it has, and it was not told. */
export type Moment = 'before' | 'after';

export interface KillStory {
  readonly guide: string;
  readonly step: string;
  readonly way?: string | undefined;
  /** As the program calls it. */
  readonly rack: 'staging' | 'acme/eu' | 'prod';
  readonly prepare: (stage: GuideStage) => void;
  readonly value?: readonly [label: string, at: number, text: string, seen: RegExp];
  /** Headlines of what is confirmed. */
  readonly apply: RegExp;
  readonly undo: RegExp | undefined;
  /**
   * Holds the write of the first program, of the second one. `kill` is for those that can only be held by ending the program in the
   * middle of it; such a story comes last in its world.
   */
  readonly hold: Readonly<Record<Moment, ((stage: GuideStage, kill: () => void) => Hold) | undefined>>;
  /** Proven by one look; else three looks ten seconds apart, which are not waited for here. */
  readonly isProvenAtOnce: boolean;
  /** What it has written, or asked for where that is all that can be counted. */
  readonly writes: (stage: GuideStage) => number;
  /** Of these, once it was killed before and after; 2 where a request is counted that never arrived. */
  readonly wanted: 1 | 2;
}

const NEVER = new Promise<never>(() => undefined);

/** The cluster gets a new aws-auth, and nobody answers; or the request hangs before that. */
function awsAuthWrite(rack: 'staging' | 'acme/eu') {
  const path = /\/configmaps\/aws-auth$/;
  const arrived = ({ simulator }: GuideStage) =>
    simulator.requests.filter((each) => each.rack === rack && each.method === 'PUT' && path.test(each.path)).length;
  const before = (stage: GuideStage): Hold => {
    const already = arrived(stage);
    const release = stage.simulator.faults.add({ match: { rack, method: 'PUT', path }, effect: { kind: 'silence' } });
    return { isHeld: () => arrived(stage) > already, release };
  };
  return before;
}

/** AWS never answers this call; `after`: it has done it. */
const awsCall =
  (operation: string, principal: string, moment: Moment) =>
  ({ aws }: GuideStage): Hold => {
    const send = aws.send.bind(aws);
    let isHeld = false;
    aws.send = async (call) => {
      if (call.operation !== operation || !String(call.input.principalArn).endsWith(principal)) return send(call);
      if (moment === 'after') await send(call);
      isHeld = true;
      return NEVER;
    };
    return { isHeld: () => isHeld, release: () => Object.assign(aws, { send }) };
  };

/** The program ends while the console is asked for the state that shall be copied. */
function stateCopy(stage: GuideStage, kill: () => void): Hold {
  const entry = stage.entry();
  const { state } = entry;
  let isHeld = false;
  const define = (get: () => string | null) =>
    Object.defineProperty(entry, 'state', { get, configurable: true, enumerable: true });
  define(() => {
    if (!isHeld && stage.journal().some(({ step, result }) => step === 'backup' && result === undefined)) {
      isHeld = true;
      kill();
    }
    return state;
  });
  return {
    isHeld: () => isHeld,
    release: () =>
      Object.defineProperty(entry, 'state', { value: state, writable: true, configurable: true, enumerable: true }),
  };
}

const MODULES = 500;

/** The program ends while it copies a folder of many files. */
function folderCopy(stage: GuideStage, kill: () => void): Hold {
  let isHeld = false;
  const kept = stage.path('.local/state/rackdeck/guides/kept');
  const watch = setInterval(() => {
    if (isHeld || !existsSync(kept) || !readdirSync(kept).some((name) => name.endsWith('-staging'))) return;
    isHeld = true;
    kill();
  }, 1);
  return { isHeld: () => isHeld, release: () => clearInterval(watch) };
}

function manyModules(stage: GuideStage): void {
  const folder = stage.path('.config/convox/racks/staging/modules');
  mkdirSync(folder);
  for (let at = 0; at < MODULES; at += 1) writeFileSync(`${folder}/${at}.tf`, '# nothing\n');
}

/** The console has kept the parameter, and terraform has not run yet. */
function halfAnUpdate({ console }: GuideStage): Hold {
  const { onUpdate } = console;
  let finish: (() => void) | undefined;
  console.onUpdate = (entry) => {
    finish = () => onUpdate?.(entry);
  };
  return {
    isHeld: () => finish !== undefined,
    release: () => {
      console.onUpdate = onUpdate;
      finish?.();
    },
  };
}

function sampleOf(guide: string, step: string, way?: string): StepSample {
  const found = STEP_SAMPLES.find((each) => each.guide === guide && each.step === step && each.way === way);
  if (!found) throw new Error(`no sample of ${guide} ${step} ${way ?? ''}`);
  return found;
}

/** The world of its sample (guide-samples.ts), on the racks of a stage. */
function kill(
  sample: StepSample,
  how: Pick<KillStory, 'apply' | 'undo' | 'hold' | 'writes'> & Partial<KillStory>,
): KillStory {
  const { guide, step, way, rack } = sample;
  return {
    guide,
    step,
    way,
    rack: rack === 'acme/prod' ? 'prod' : rack === 'staging' ? 'staging' : 'acme/eu',
    prepare: ({ simulator }) => sample.prepare?.(simulator),
    isProvenAtOnce: true,
    wanted: 1,
    ...how,
  };
}

const puts = (rack: string, path: RegExp) => (stage: GuideStage) =>
  stage.simulator.requests.filter((each) => each.rack === rack && each.method === 'PUT' && path.test(each.path)).length;
const entriesOf =
  (name: string) =>
  (stage: GuideStage): number =>
    [...stage.cluster('us-east-1/prod').entries.keys()].filter((arn) => arn.endsWith(name)).length;

function awsAuth(
  guide: string,
  step: string,
  rack: 'staging' | 'acme/eu',
  texts: Pick<KillStory, 'apply' | 'undo'>,
  way?: string,
): KillStory {
  return kill(sampleOf(guide, step, way), {
    ...texts,
    // After the write it proves for twenty seconds: killed in there.
    hold: { before: awsAuthWrite(rack), after: undefined },
    isProvenAtOnce: false,
    writes: puts(rack, /aws-auth$/),
    wanted: 2,
  });
}

const PUT_BACK = /Take the change of aws-auth back/;
const REPAIR = { apply: /Repair aws-auth: .*path/, undo: PUT_BACK };
const ENTER = /Let convox-4f6b8a2c-ConsoleRole-\w+ into the cluster with an access entry/;
const ROLE = 'ConsoleRole-1A2B3C4D5E';

/** One person's afternoon: all its steps are under way at once when the program is killed. */
export interface KillWorld {
  readonly stories: readonly KillStory[];
  /** Their step is one that another guide shares: here it is gone on with, there it is killed once more and taken back. */
  readonly isBrief?: true;
}

const WORLDS: readonly (readonly KillStory[])[] = [
  [
    awsAuth('console-role', 'aws-auth-mapping', 'staging', {
      apply: /Let convox-4f6b8a2c-ConsoleRole-\w+ into the cluster through aws-auth/,
      undo: PUT_BACK,
    }),
    kill(sampleOf('access-entries', 'enable'), {
      apply: /Set eks_access_entries=true on acme\/eu/,
      undo: undefined,
      hold: { before: undefined, after: halfAnUpdate },
      writes: puts('', /^\/racks\/acme\/eu$/),
    }),
    kill(sampleOf('eks-viewing', 'mapping', 'entry'), {
      value: ['who shall view', 4, `arn:aws:iam::${ACCOUNT}:role/Viewers`, /Viewers is not let in/],
      apply: /Let Viewers view the cluster with an access entry/,
      undo: /Delete the access entry of .*Viewers/,
      hold: {
        before: awsCall('CreateAccessEntry', ':role/people/Viewers', 'before'),
        after: awsCall('CreateAccessEntry', ':role/people/Viewers', 'after'),
      },
      isProvenAtOnce: false,
      writes: entriesOf('Viewers'),
    }),
    kill(sampleOf('console-role', 'access-entry', 'new'), {
      apply: ENTER,
      undo: /Delete the access entry of/,
      hold: {
        before: awsCall('CreateAccessEntry', ROLE, 'before'),
        // Between its two requests: half of it is there.
        after: awsCall('AssociateAccessPolicy', ROLE, 'before'),
      },
      writes: entriesOf(ROLE),
    }),
    kill(sampleOf('rack-move', 'backup', 'state'), {
      apply: /Copy the state of acme\/eu/,
      undo: /Remove the copy of the rack/,
      hold: { before: stateCopy, after: undefined },
      writes: (stage) => stage.copies().filter((name) => name === 'eu.tfstate').length,
    }),
  ],
  [
    awsAuth('eks-viewing', 'mapping', 'staging', { apply: /Let ann view the cluster/, undo: PUT_BACK }, 'aws-auth'),
    {
      ...awsAuth('console-role', 'aws-auth-sound', 'acme/eu', REPAIR),
      rack: 'acme/eu',
      prepare: ({ simulator }) => addToAwsAuth(simulator, 'acme/eu', roleEntry('convox/Deployers')),
    },
    kill(sampleOf('console-role', 'access-entry', 'policy only'), {
      apply: ENTER,
      undo: /Take the admin policy from/,
      hold: {
        before: awsCall('AssociateAccessPolicy', ROLE, 'before'),
        after: awsCall('AssociateAccessPolicy', ROLE, 'after'),
      },
      writes: ({ aws }) => aws.calls.filter((call) => call === 'eks:AssociateAccessPolicy').length,
    }),
    kill(sampleOf('rack-move', 'backup', 'folder'), {
      prepare: (stage) => {
        sampleOf('rack-move', 'backup', 'folder').prepare?.(stage.simulator);
        manyModules(stage);
      },
      apply: /Copy the folder of staging/,
      undo: /Remove the copy of the rack/,
      hold: { before: folderCopy, after: undefined },
      writes: (stage) => stage.copies().filter((name) => name === 'staging.sha256').length,
    }),
  ],
];

export const KILL_WORLDS: readonly KillWorld[] = [
  ...WORLDS.map((stories) => ({ stories })),
  {
    stories: [
      awsAuth('access-entries', 'aws-auth-sound', 'acme/eu', REPAIR),
      awsAuth('eks-viewing', 'aws-auth-sound', 'staging', REPAIR),
    ],
    isBrief: true,
  },
];

export const KILLS: readonly KillStory[] = KILL_WORLDS.flatMap(({ stories }) => stories);
