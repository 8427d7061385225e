import { renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { letConsoleIn } from '../guide-samples.ts';
import { CONSOLE_TO_LOCAL, ORG_TO_ORG } from './console-move-hazards.ts';
import type { GuideStage } from './guide-stage.ts';
import type { HazardStory, HazardVisit } from './hazard-story.ts';
import { AFTER_THE_MOVE } from './landed-move-hazards.ts';
import { busy, names, noMember, to } from './move-hazards.ts';
import { base64, changed, stageToConsole } from './rack-mv.ts';

const vars = (change: object) => (stage: GuideStage) => {
  const { release: _release, ...rest } = JSON.parse(stage.folder('staging')?.['vars.json'] ?? '{}') as Record<
    string,
    string
  >;
  stage.setFile('staging', 'vars.json', JSON.stringify({ ...rest, ...change }));
};

const LOCAL_TO_CONSOLE: readonly HazardStory[] = [
  {
    step: 'source-rack',
    hazard: 'source-rack',
    form: 'no folder',
    spoil: (stage) => stage.setFolder('staging', undefined),
    word: 'blocked',
    words: /There is no local rack staging/,
    next: /convox racks/,
  },
  {
    step: 'source-rack',
    hazard: 'source-rack',
    form: 'an address only',
    spoil: (stage) => {
      stage.setFolder('staging', undefined);
      writeFileSync(stage.folderPath('staging'), 'https://convox:x@rack.example.com');
    },
    word: 'blocked',
    words: /is a direct rack/,
    next: /on which it was installed/,
  },
  {
    step: 'source-rack',
    hazard: 'source-rack',
    form: 'a link',
    spoil: linkAway,
    word: 'blocked',
    words: /is a link/,
    next: /Put the folder itself in its place/,
  },
  {
    step: 'source-rack',
    hazard: 'source-rack',
    form: 'no main.tf',
    spoil: (stage) => stage.setFile('staging', 'main.tf', undefined),
    word: 'blocked',
    words: /lacks main\.tf/,
    next: /Restore it from a copy/,
  },
  {
    step: 'source-rack',
    hazard: 'source-rack',
    form: 'no vars.json',
    spoil: (stage) => stage.setFile('staging', 'vars.json', undefined),
    word: 'blocked',
    words: /lacks vars\.json/,
    next: /Restore it from a copy/,
  },
  {
    step: 'remote-backend',
    hazard: 'remote-backend',
    form: 'a stale file beside it',
    spoil: (stage) => stage.setFile('staging', 'backend.tf', ''),
    word: 'blocked',
    words: /stale local file as the truth/,
    next: /terraform init -migrate-state/,
  },
  {
    step: 'remote-backend',
    hazard: 'remote-backend',
    form: 'no local file',
    spoil: (stage) => stage.setFile('staging', 'terraform.tfstate', undefined),
    word: 'blocked',
    words: /no terraform\.tfstate/,
    next: /applied once/,
  },
  {
    step: 'lock-file',
    hazard: 'lock-file',
    spoil: (stage) => stage.setFile('staging', '.terraform.tfstate.lock.info', '{}'),
    word: 'blocked',
    words: /A terraform run holds the state/,
    next: /Wait until the run has ended/,
  },
  {
    step: 'state',
    hazard: 'state',
    form: 'another format',
    spoil: (stage) => stage.setFile('staging', 'terraform.tfstate', '{"version":3}'),
    word: 'blocked',
    words: /without its state would be made/,
    next: /applied once/,
  },
  {
    step: 'state',
    hazard: 'state',
    form: 'never applied to the end',
    spoil: (stage) =>
      stage.setFile(
        'staging',
        'terraform.tfstate',
        changed(stage.folder('staging')?.['terraform.tfstate'] ?? '', { outputs: {} }),
      ),
    word: 'blocked',
    words: /no output "api"/,
    next: /Finish its installation/,
  },
  {
    step: 'release',
    hazard: 'release',
    form: 'empty',
    spoil: vars({}),
    word: 'blocked',
    words: /name no release/,
    next: /Write the release that runs/,
  },
  {
    step: 'release',
    hazard: 'release',
    form: 'another',
    spoil: vars({ release: '3.20.0' }),
    word: 'blocked',
    words: /name release 3\.20\.0, but 3\.24\.9 runs/,
    next: /Finish the update/,
  },
  {
    step: 'busy-rack',
    hazard: 'busy-rack',
    spoil: busy('staging'),
    word: 'blocked',
    words: /The rack is updating/,
    next: /Wait until it is running/,
  },
  {
    step: 'target-rack-exists',
    hazard: 'target-rack-exists',
    spoil: (stage) =>
      Object.assign(stageToConsole(stage), {
        state: base64(changed(stage.folder('staging')?.['terraform.tfstate'] ?? '', { lineage: 'another' })),
      }),
    word: 'blocked',
    words: /The console has a rack acme\/staging already/,
    next: /compare lineage and serial/,
  },
  {
    step: 'target-rack-exists',
    hazard: 'target-rack-exists',
    form: 'nobody can say',
    value: to('acme/staging'),
    spoil: (stage) => Object.assign(stage.console, { tokenExpired: true }),
    word: 'unknown',
    words: /could not be asked about acme\/staging/,
    next: /Log in to the console/,
  },
  {
    step: 'organization',
    hazard: 'organization',
    value: to('beta/staging'),
    spoil: noMember,
    word: 'blocked',
    words: /The token does not reach beta/,
    next: /a token that reaches both sides/,
  },
  {
    step: 'aws-access',
    hazard: 'the console cannot enter',
    spoil: (stage) =>
      stage.setAwsAuth('staging', {
        mapRoles: (stage.awsAuth('staging').mapRoles ?? '').replace(/- rolearn: \S*ConsoleRole[\s\S]*$/, ''),
      }),
    word: 'by hand',
    words: /cannot enter the cluster yet/,
    next: /Do the guide console-role first/,
  },
  ...names('staging', 'acme/other', 'acme/--force'),
];

function linkAway(stage: GuideStage): void {
  const elsewhere = stage.path('elsewhere');
  rmSync(elsewhere, { recursive: true, force: true });
  renameSync(stage.folderPath('staging'), elsewhere);
  symlinkSync(elsewhere, stage.folderPath('staging'));
}

export const RACK_MOVE_HAZARDS: readonly HazardVisit[] = [
  {
    guide: 'rack-move',
    rack: 'staging',
    way: 'local-to-console',
    prepare: (stage) => letConsoleIn(stage.simulator),
    stories: LOCAL_TO_CONSOLE,
  },
  { guide: 'rack-move', rack: 'acme/eu', way: 'console-to-local', stories: CONSOLE_TO_LOCAL },
  { guide: 'rack-move', rack: 'acme/eu', way: 'org-to-org', value: to('beta/eu'), stories: ORG_TO_ORG },
  ...AFTER_THE_MOVE,
];
