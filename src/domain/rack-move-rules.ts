import { type GuideCheck, notKnown, passed, refusal } from './guide-check.ts';
import { type MoveDirection, type RackMove, rackAddressText } from './rack-move-address.ts';
import type { RackMoveFacts } from './rack-move-facts.ts';
import { safeText } from './safe-text.ts';
import type { ReadState, TerraformStateFacts } from './terraform-state-facts.ts';

/** Without these `convox rack mv` to local fails after it began (convox-api.md 8.2). A profile is not enough. */
export const PROVIDER_ENVIRONMENT: Readonly<Record<string, readonly string[]>> = {
  aws: ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'],
  azure: ['ARM_CLIENT_ID', 'ARM_CLIENT_SECRET', 'ARM_SUBSCRIPTION_ID', 'ARM_TENANT_ID'],
  do: ['DIGITALOCEAN_ACCESS_ID', 'DIGITALOCEAN_SECRET_KEY', 'DIGITALOCEAN_TOKEN'],
  gcp: ['GOOGLE_CREDENTIALS', 'GOOGLE_PROJECT'],
};

/** Every hazard of 8.3 that applies to this kind of move, each as a check; nothing may start unless `mayGoOn(checks)`. */
export function moveChecks(move: RackMove, facts: RackMoveFacts): readonly GuideCheck[] {
  const rules: Readonly<Record<MoveDirection, readonly Rule[]>> = {
    'local-to-console': [
      localSource,
      remoteBackend,
      localLock,
      sourceState,
      releaseKnown,
      rackIdle,
      consoleTarget,
      organization,
    ],
    'console-to-local': [
      consoleSource,
      targetFolder,
      sourceState,
      releaseKnown,
      rackIdle,
      providerCredentials,
      terraformTool,
    ],
    'org-to-org': [consoleSource, sourceState, releaseKnown, rackIdle, consoleTarget, organization],
  };
  return rules[move.direction].map((rule) => rule(move, facts));
}

type Rule = (move: RackMove, facts: RackMoveFacts) => GuideCheck;

const LOOK_AGAIN = 'Make it readable and check again.';

const localSource: Rule = ({ from }, { local }) => {
  const id = 'source-rack';
  if (!local) return notKnown(id, `The folder of ${from.name} could not be looked at.`, LOOK_AGAIN);
  if (!local.exists) return refusal(id, `There is no local rack ${from.name}.`, 'Check the name with convox racks.');
  if (local.isDirectFile) {
    return refusal(
      id,
      `${from.name} is a direct rack (an address only): it has no terraform state that could move.`,
      'Move it from the machine on which it was installed.',
    );
  }
  if (local.isLink) {
    return refusal(
      id,
      `The folder of ${from.name} is a link: the CLI would delete the link and leave the state behind it.`,
      'Put the folder itself in its place.',
    );
  }
  if (!local.hasMainTf || !local.hasVarsJson) {
    return refusal(
      id,
      `The folder of ${from.name} lacks ${local.hasMainTf ? 'vars.json' : 'main.tf'}.`,
      'Restore it from a copy.',
    );
  }
  return passed(id, `${from.name} is a local terraform rack.`);
};

const remoteBackend: Rule = (_move, { local }) => {
  const id = 'remote-backend';
  if (!local) return notKnown(id, 'The folder of the rack could not be looked at.', LOOK_AGAIN);
  if (local.hasRemoteBackend) {
    return refusal(
      id,
      local.hasStateFile
        ? 'The state is in a remote backend; the CLI would send the stale local file as the truth.'
        : 'The state is in a remote backend; the CLI would not find it.',
      'Bring the state back to a local file first (terraform init -migrate-state without backend.tf).',
    );
  }
  if (!local.hasStateFile)
    return refusal(
      id,
      'There is no terraform.tfstate in the folder of the rack.',
      'Restore it, or let the rack be applied once.',
    );
  return passed(id, 'The state is in a local file.');
};

const localLock: Rule = (_move, { local }) => {
  const id = 'lock-file';
  if (!local) return notKnown(id, 'The folder of the rack could not be looked at.', LOOK_AGAIN);
  if (local.hasLockFile) {
    return refusal(
      id,
      'A terraform run holds the state (.terraform.tfstate.lock.info); the CLI does not look and would move it in the middle of a write.',
      'Wait until the run has ended. If none runs any more, find out why the lock is left before it is removed.',
    );
  }
  return passed(id, 'No terraform run holds the state.');
};

const consoleSource: Rule = ({ from }, { source }) => {
  const id = 'source-rack';
  const name = rackAddressText(from);
  if (!source)
    return notKnown(id, `The console could not be asked about ${name}.`, 'Log in to the console and check again.');
  if (!source.exists) return refusal(id, `The console has no rack ${name}.`, 'Check the name with convox racks.');
  if (source.deletable === false) {
    return refusal(
      id,
      `${name} has dependencies in the console and cannot be moved.`,
      'Remove its workflows and integrations there first.',
    );
  }
  if (source.deletable === undefined)
    return notKnown(id, `The console does not say whether ${name} can be moved.`, 'Look at the rack in the console.');
  return passed(id, `The console has ${name}, and nothing there depends on it.`);
};

const targetFolder: Rule = ({ to }, { local }) => {
  const id = 'target-folder-exists';
  if (!local) return notKnown(id, `The folder of ${to.name} could not be looked at.`, LOOK_AGAIN);
  if (local.exists) {
    return refusal(
      id,
      `There is a local rack ${to.name} already: the CLI would fail and then delete that folder, its state included.`,
      'Find out whose state it is, and move the folder away before anything else.',
    );
  }
  return passed(id, `No local rack is called ${to.name}.`);
};

const consoleTarget: Rule = ({ to }, { target }) => {
  const id = 'target-rack-exists';
  const name = rackAddressText(to);
  if (!target)
    return notKnown(id, `The console could not be asked about ${name}.`, 'Log in to the console and check again.');
  if (target.exists) {
    return refusal(
      id,
      `The console has a rack ${name} already.`,
      'If it is left from an attempt before, compare lineage and serial, then keep one of the two.',
    );
  }
  return passed(id, `The console has no rack ${name} yet.`);
};

const organization: Rule = ({ from, to }, { organizations }) => {
  const id = 'organization';
  if (!organizations)
    return notKnown(
      id,
      'The organisations that the token reaches are not known.',
      'Log in to the console and check again.',
    );
  const missing = [from.organization, to.organization].filter((name) => name !== undefined && !organizations.has(name));
  if (missing.length > 0)
    return refusal(
      id,
      `The token does not reach ${missing.join(' and ')}.`,
      'Log in with a token that reaches both sides.',
    );
  return passed(id, 'The token reaches what it has to.');
};

function stateOf(move: RackMove, facts: RackMoveFacts): ReadState | undefined {
  return move.direction === 'local-to-console' ? facts.local?.state : facts.source?.state;
}

const sourceState: Rule = (move, facts) => {
  const id = 'state';
  const state = stateOf(move, facts);
  if (!state) return notKnown(id, 'The terraform state could not be read.', LOOK_AGAIN);
  if (state.kind === 'unusable') {
    return refusal(
      id,
      `${state.reason} A rack without its state would be made, and the one with it deleted.`,
      'Let the rack be applied once. A v2 rack cannot be moved like this.',
    );
  }
  if (!state.facts.outputNames.includes('api')) {
    return refusal(
      id,
      'The terraform state has no output "api": the rack was never applied to the end.',
      'Finish its installation first.',
    );
  }
  return passed(id, 'The terraform state can be read.', stateLines(state.facts));
};

export function stateLines({ lineage, serial }: TerraformStateFacts): readonly string[] {
  return [`lineage ${lineage}`, `serial ${serial}`];
}

const releaseKnown: Rule = (move, facts) => {
  const id = 'release';
  const known = move.direction === 'local-to-console' ? facts.local : facts.source;
  if (!known) return notKnown(id, 'The release of the rack could not be read.', LOOK_AGAIN);
  const release = known.release?.trim() ?? '';
  if (release === '') {
    return refusal(
      id,
      'The parameters name no release: the rack would be pinned to the newest one, and the next apply would update it.',
      'Write the release that runs into the parameters first.',
    );
  }
  if (!facts.system)
    return notKnown(id, 'The version that runs is not known: the rack did not answer.', 'Check again when it does.', [
      `release ${release}`,
    ]);
  if (facts.system.version !== release) {
    return refusal(
      id,
      `The parameters name release ${safeText(release, 40)}, but ${safeText(facts.system.version, 40)} runs: an update has not ended, or failed.`,
      'Finish the update first.',
    );
  }
  return passed(id, `Release ${safeText(release, 40)} runs, as the parameters say.`);
};

const rackIdle: Rule = (move, facts) => {
  const id = 'busy-rack';
  if (!facts.system) return notKnown(id, 'The rack did not answer.', 'Check again when it does.');
  const inConsole = move.direction === 'local-to-console' ? undefined : facts.source?.status;
  const busy = [facts.system.status, inConsole].find((status) => status !== undefined && status !== 'running');
  if (busy !== undefined) {
    return refusal(
      id,
      `The rack is ${safeText(busy, 40)}: its state would be moved in the middle of a write.`,
      'Wait until it is running.',
    );
  }
  if (move.direction !== 'local-to-console' && inConsole === undefined) {
    return notKnown(id, 'The console does not say whether it works on the rack.', 'Look at the rack in the console.');
  }
  return passed(id, 'The rack is running and nobody works on it.');
};

const providerCredentials: Rule = (_move, { source, environment }) => {
  const id = 'provider-credentials';
  const provider = source?.provider;
  if (provider === undefined)
    return notKnown(id, 'The provider of the rack is not known.', 'Log in to the console and check again.');
  const wanted = PROVIDER_ENVIRONMENT[provider];
  if (!wanted)
    return notKnown(
      id,
      'What this provider needs in the environment is not known.',
      'Move the rack from a machine that has installed such a rack.',
    );
  const missing = wanted.filter((name) => !environment.has(name));
  if (missing.length > 0) {
    return refusal(
      id,
      `The CLI needs ${wanted.join(', ')} as environment variables; missing: ${missing.join(', ')}.`,
      'Export them in the shell that runs the command; a profile is not enough.',
    );
  }
  return passed(id, 'The credentials of the provider are in the environment.', wanted);
};

const terraformTool: Rule = (_move, { hasTerraform }) => {
  const id = 'terraform';
  if (hasTerraform === undefined) return notKnown(id, 'Whether terraform is installed is not known.', LOOK_AGAIN);
  return hasTerraform
    ? passed(id, 'terraform is installed.')
    : refusal(id, 'terraform is not on PATH.', 'Install it in the version that the rack needs.');
};
