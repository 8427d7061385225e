import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MoveState } from '../../../src/domain/rack-move-outcome.ts';
import { letConsoleIn } from '../guide-samples.ts';
import type { GuideStage } from './guide-stage.ts';
import type { HazardStory, HazardVisit } from './hazard-story.ts';
import { to } from './move-hazards.ts';
import { base64, changed, euToBeta, euToLocal, stageToConsole, stateOf } from './rack-mv.ts';

const stateHere = (stage: GuideStage): string => stage.folder('staging')?.['terraform.tfstate'] ?? '';

/** The console has it, with another state than was sent. */
const arrived = (stage: GuideStage, change: object) =>
  Object.assign(stageToConsole(stage), { state: base64(changed(stateHere(stage), change)) });

/** It has landed, all of it: the folder is gone. */
function landed(stage: GuideStage, change: object = {}) {
  const entry = arrived(stage, change);
  stage.setFolder('staging', undefined);
  return entry;
}

const KEPT = '.local/state/rackdeck/guides/kept';

function copyOf(stage: GuideStage): string {
  const name = readdirSync(stage.path(KEPT)).find((each) => each.endsWith('-staging'));
  if (name === undefined) throw new Error('there is no copy');
  return stage.path(KEPT, name);
}

type Left = Omit<HazardStory, 'step' | 'hazard'>;
type Unfinished = Exclude<MoveState, 'not-started' | 'moved'>;

const tell = (states: States): readonly HazardStory[] =>
  Object.entries(states).flatMap(([hazard, forms]) => (forms ?? []).map((form) => ({ step: 'move', hazard, ...form })));
type States = { readonly [State in Unfinished]?: readonly Left[] };

/** Every state in which the command can leave both sides (convox-api.md 8.3); the compiler misses a new one here. */
const TO_CONSOLE: { readonly [State in Exclude<Unfinished, 'half-made'>]: readonly Left[] } = {
  both: [
    {
      spoil: (stage) => stageToConsole(stage),
      word: 'blocked',
      words: /Both staging and acme\/staging have the rack, with the same state: two writers/,
      next: /move the folder of staging away/,
    },
  ],
  'both-differ': [
    {
      form: 'one is newer',
      spoil: (stage) => arrived(stage, { serial: 18 }),
      word: 'blocked',
      words: /one of them has written since/,
      next: /keep the side with the higher serial/,
    },
    {
      form: 'two racks',
      spoil: (stage) => arrived(stage, { lineage: 'another' }),
      word: 'blocked',
      words: /two different racks \(lineage differs\)/,
      next: /Do not remove either of them/,
    },
  ],
  leftovers: [
    {
      spoil: (stage) => {
        stageToConsole(stage);
        stage.setFile('staging', 'main.tf', undefined);
      },
      word: 'ok',
      words: /some files of staging are left behind/,
      next: /Do not use what is left of staging/,
    },
  ],
  stateless: [
    {
      spoil: (stage) => Object.assign(landed(stage), { state: null }),
      word: 'blocked',
      words: /Only acme\/staging has the rack, and its state cannot be read/,
      next: /Put the state of the backup there/,
    },
  ],
  lost: [
    {
      spoil: (stage) => stage.setFolder('staging', undefined),
      word: 'blocked',
      words: /Neither staging nor acme\/staging has the rack/,
      next: /Restore the backup of the state now/,
    },
  ],
  unknown: [
    {
      spoil: (stage) => Object.assign(stage.console, { tokenExpired: true }),
      value: to('acme/staging'),
      word: 'unknown',
      words: /could not be asked: it may or may not have the rack/,
      next: /Ask again before anything is repeated/,
    },
  ],
};

const TO_LOCAL: { readonly [State in 'half-made' | 'both' | 'both-differ' | 'lost']: readonly Left[] } = {
  'half-made': [
    {
      spoil: (stage) => stage.setFolder('eu', { 'main.tf': '' }),
      word: 'blocked',
      words: /the folder of eu is not complete/,
      next: /Move the folder of eu away/,
    },
  ],
  both: [
    {
      spoil: (stage) => euToLocal(stage),
      word: 'blocked',
      words: /two writers are possible/,
      next: /move the folder of eu away \(the console stays the owner\)/,
    },
  ],
  'both-differ': [
    {
      spoil: (stage) => euToLocal(stage, changed(stateOf(stage.entry()), { serial: 43 })),
      word: 'blocked',
      words: /one of them has written since/,
      next: /keep the side with the higher serial/,
    },
  ],
  lost: [
    {
      spoil: (stage) => stage.console.racks.delete('acme/eu'),
      word: 'blocked',
      words: /Neither acme\/eu nor eu has the rack/,
      next: /Restore the backup of the state now/,
    },
  ],
};

const ON_THE_NEW_SIDE: readonly HazardStory[] = [
  {
    step: 'backup',
    hazard: 'the state has moved on',
    spoil: (stage) => stage.setFile('staging', 'terraform.tfstate', changed(stateHere(stage), { serial: 18 })),
    word: 'to do',
    words: /The state has changed since the copy was made/,
    isOpen: true,
  },
  {
    step: 'proof',
    hazard: 'same-state',
    form: 'another lineage',
    spoil: (stage) => landed(stage, { lineage: 'another' }),
    word: 'blocked',
    words: /The lineage differs: this is the state of another rack/,
    next: /Run nothing there/,
  },
  {
    step: 'proof',
    hazard: 'same-state',
    form: 'an older one',
    spoil: (stage) => landed(stage, { serial: 3 }),
    word: 'blocked',
    words: /The serial is lower than before/,
    next: /Run nothing there/,
  },
  {
    step: 'proof',
    hazard: 'same-parameters',
    spoil: (stage) => Object.assign(landed(stage).parameters ?? {}, { node_type: 'm5.large' }),
    word: 'blocked',
    words: /1 parameter differs: the next apply would change the rack/,
    next: /Correct them on the new side/,
  },
  {
    step: 'proof',
    hazard: 'same-version',
    spoil: (stage) => {
      landed(stage);
      stage.rack('staging').change((rack) => void Object.assign(rack, { version: '3.24.8' }));
    },
    word: 'blocked',
    words: /3\.24\.8/,
    next: /\S/,
  },
  {
    step: 'proof',
    hazard: 'api-answers',
    spoil: (stage) =>
      landed(stage, { outputs: { api: { value: 'https://convox:x@api.nowhere.invalid', type: 'string' } } }),
    word: 'blocked',
    words: /another address of the API than before/,
    next: /Run nothing there/,
  },
  {
    step: 'listed',
    hazard: 'not running',
    spoil: (stage) => Object.assign(landed(stage), { status: 'updating' }),
    word: 'under way',
    words: /acme\/staging is updating/,
  },
  {
    step: 'runtime',
    hazard: 'none to attach',
    spoil: (stage) => {
      landed(stage);
      Object.defineProperty(stage.console, 'runtimes', { value: [], configurable: true, writable: true });
    },
    word: 'blocked',
    words: /no runtime integration that could be attached/,
    next: /Add one in the console/,
  },
  {
    step: 'runtime',
    hazard: 'nobody says which',
    spoil: (stage) => landed(stage),
    word: 'by hand',
    words: /The console does not say which one is attached/,
    next: /convox rack runtime attach/,
  },
  {
    step: 'current',
    hazard: 'the old name',
    spoil: (stage) => landed(stage),
    word: 'by hand',
    words: /still names staging/,
    next: /convox switch acme\/staging/,
  },
  {
    step: 'backup',
    hazard: 'the copy is damaged',
    spoil: (stage) => writeFileSync(join(copyOf(stage), 'vars.json'), '{}'),
    word: 'to do',
    words: /The copy is not what was written: its checksums differ/,
    isOpen: true,
  },
  {
    step: 'backup',
    hazard: 'the copy is gone',
    spoil: (stage) => {
      landed(stage);
      rmSync(stage.path(KEPT), { recursive: true, force: true });
    },
    word: 'blocked',
    words: /there is no copy from before/,
    next: /Take a copy of the new side now/,
  },
];

/** The command has run, or died: what is left is told with its way out, and nothing is offered a second time. */
export const AFTER_THE_MOVE: readonly HazardVisit[] = [
  {
    guide: 'rack-move',
    rack: 'staging',
    way: 'local-to-console',
    prepare: (stage) => letConsoleIn(stage.simulator),
    copies: true,
    stories: [...tell(TO_CONSOLE), ...ON_THE_NEW_SIDE],
  },
  { guide: 'rack-move', rack: 'acme/eu', way: 'console-to-local', copies: true, stories: tell(TO_LOCAL) },
  {
    guide: 'rack-move',
    rack: 'acme/eu',
    way: 'org-to-org',
    value: to('beta/eu'),
    stories: [
      {
        step: 'move',
        hazard: 'both',
        spoil: euToBeta,
        word: 'blocked',
        words: /two writers are possible/,
        next: /remove acme\/eu or beta\/eu from the console/,
      },
    ],
  },
];
