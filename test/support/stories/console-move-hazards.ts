import { renameSync, writeFileSync } from 'node:fs';
import type { GuideStage } from './guide-stage.ts';
import type { HazardStory } from './hazard-story.ts';
import { busy, names, noMember } from './move-hazards.ts';
import { base64, changed, euToBeta, euToLocal, stateOf } from './rack-mv.ts';

const otherLineage = (stage: GuideStage): string => changed(stateOf(stage.entry()), { lineage: 'another' });

/** Hazards of a rack that the console owns, wherever it goes. */
const CONSOLE_SOURCE: readonly HazardStory[] = [
  {
    step: 'source-rack',
    hazard: 'source-rack',
    form: 'gone',
    spoil: (stage) => stage.console.racks.delete('acme/eu'),
    word: 'blocked',
    words: /The console has no rack acme\/eu/,
    next: /convox racks/,
  },
  {
    step: 'source-rack',
    hazard: 'source-rack',
    form: 'dependencies',
    spoil: (stage) => Object.assign(stage.entry(), { deletable: false }),
    word: 'blocked',
    words: /has dependencies in the console/,
    next: /Remove its workflows and integrations/,
  },
  {
    step: 'state',
    hazard: 'state',
    form: 'null',
    spoil: (stage) => Object.assign(stage.entry(), { state: null }),
    word: 'blocked',
    words: /without its state would be made/,
    next: /A v2 rack cannot be moved/,
  },
  {
    step: 'state',
    hazard: 'state',
    form: 'no base64',
    spoil: (stage) => Object.assign(stage.entry(), { state: '%%%' }),
    word: 'blocked',
    words: /no base64/,
    next: /applied once/,
  },
  {
    step: 'state',
    hazard: 'state',
    form: 'never applied to the end',
    spoil: (stage) => Object.assign(stage.entry(), { state: base64(changed(stateOf(stage.entry()), { outputs: {} })) }),
    word: 'blocked',
    words: /no output "api"/,
    next: /Finish its installation/,
  },
  {
    step: 'release',
    hazard: 'release',
    form: 'empty',
    spoil: (stage) => delete stage.entry().parameters?.release,
    word: 'blocked',
    words: /name no release/,
    next: /Write the release that runs/,
  },
  {
    step: 'release',
    hazard: 'release',
    form: 'another',
    spoil: (stage) => Object.assign(stage.entry().parameters ?? {}, { release: '3.0.0' }),
    word: 'blocked',
    words: /name release 3\.0\.0, but 3\.24\.9 runs/,
    next: /Finish the update/,
  },
  {
    step: 'busy-rack',
    hazard: 'busy-rack',
    form: 'the console works on it',
    spoil: (stage) => Object.assign(stage.entry(), { status: 'installing' }),
    word: 'blocked',
    words: /The rack is installing/,
    next: /Wait until it is running/,
  },
  {
    step: 'busy-rack',
    hazard: 'busy-rack',
    form: 'the rack itself',
    spoil: busy('acme/eu'),
    word: 'blocked',
    words: /The rack is updating/,
    next: /Wait until it is running/,
  },
];

export const CONSOLE_TO_LOCAL: readonly HazardStory[] = [
  ...CONSOLE_SOURCE,
  {
    step: 'target-folder-exists',
    hazard: 'target-folder-exists',
    form: 'another rack',
    spoil: (stage) => euToLocal(stage, otherLineage(stage)),
    word: 'blocked',
    words: /then delete that folder, its state included/,
    next: /move the folder away/,
  },
  {
    step: 'target-folder-exists',
    hazard: 'target-folder-exists',
    form: 'an address only',
    spoil: (stage) => writeFileSync(stage.folderPath('eu'), 'https://convox:x@rack.example.com'),
    word: 'blocked',
    words: /There is a local rack eu already/,
    next: /move the folder away/,
  },
  {
    step: 'provider-credentials',
    hazard: 'provider-credentials',
    form: 'missing',
    spoil: (stage) => Object.assign(stage.entry(), { provider: 'gcp' }),
    word: 'blocked',
    words: /missing: GOOGLE_CREDENTIALS, GOOGLE_PROJECT/,
    next: /a profile is not enough/,
  },
  {
    step: 'provider-credentials',
    hazard: 'provider-credentials',
    form: 'nobody knows which',
    spoil: (stage) => Object.assign(stage.entry(), { provider: 'metal' }),
    word: 'unknown',
    words: /not known/,
    next: /a machine that has installed such a rack/,
  },
  {
    step: 'terraform',
    hazard: 'terraform',
    spoil: (stage) => {
      renameSync(stage.path('bin/terraform'), stage.path('bin/not-terraform'));
      return () => renameSync(stage.path('bin/not-terraform'), stage.path('bin/terraform'));
    },
    word: 'blocked',
    words: /terraform is not on PATH/,
    next: /Install it/,
  },
  ...names('acme/eu', 'other', 'eu/eu/eu'),
];

export const ORG_TO_ORG: readonly HazardStory[] = [
  ...CONSOLE_SOURCE,
  {
    step: 'target-rack-exists',
    hazard: 'target-rack-exists',
    spoil: (stage) => Object.assign(euToBeta(stage), { state: base64(otherLineage(stage)) }),
    word: 'blocked',
    words: /The console has a rack beta\/eu already/,
    next: /compare lineage and serial/,
  },
  {
    step: 'organization',
    hazard: 'organization',
    spoil: noMember,
    word: 'blocked',
    words: /The token does not reach beta/,
    next: /a token that reaches both sides/,
  },
  ...names('ACME/EU', 'beta/other', 'beta/../eu'),
];
