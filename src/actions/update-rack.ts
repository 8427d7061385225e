import { isDowngrade, updateProblem, versionProblem } from '../domain/rack-update-rules.ts';
import { parseVersion } from '../domain/version.ts';
import { type ActionContext, defineAction } from './define-action.ts';
import type { Observation } from './observation.ts';
import { KEEPER_ROUTE, type KeptRack, keeperChange, keptRackOrThrow } from './rack-keeper.ts';
import { shellWord } from './shell-word.ts';

interface Facts {
  readonly kept: KeptRack;
  readonly version: string;
  readonly force: boolean;
}

async function gather(context: ActionContext): Promise<Facts> {
  const kept = await keptRackOrThrow(context);
  const { version = '', force } = context.input;
  return { kept, version: version.trim(), force: force === 'yes' };
}

async function observe({ kept, version }: Facts, sent: true | undefined, context: ActionContext): Promise<Observation> {
  const { reads, signal } = context;
  const now = await reads.system({ signal });
  if (now.status === 'failed')
    return { state: 'failed', words: `The rack says that its update failed; it runs ${now.version}.` };
  const busy = now.status !== 'running' && now.status !== '';
  if (now.version === version) {
    return busy
      ? { state: 'pending', words: `It says ${version} and is ${now.status}.` }
      : { state: 'done', words: `The rack runs ${version}.` };
  }
  const words = `The rack runs ${now.version}${busy ? ` and is ${now.status}` : ''}.`;
  if (busy || sent) return { state: 'pending', words };
  // A console works for minutes before anything can be seen of it.
  return kept.keeper === 'rack' ? { state: 'absent', words } : { state: 'unknown', words };
}

function blocked({ kept, version, force }: Facts): string | undefined {
  const { parameters, status } = kept;
  const problem = updateProblem({ from: parseVersion(kept.version), to: version, parameters, force });
  if (problem !== undefined) return problem;
  return status === 'running' || status === '' ? undefined : `The rack is ${status}: wait until it is running.`;
}

export const updateRack = defineAction<Facts, true>({
  id: 'rack.update',
  title: 'Update the rack',
  about: 'brings the rack itself to another version',
  on: ['rack-params', 'rack-releases'],
  tier: 3,
  subject: 'none',
  bulk: false,
  permissions: ['convox:rack:update'],
  routes: [KEEPER_ROUTE],
  fields: [
    {
      id: 'version',
      label: 'Version',
      kind: 'text',
      required: true,
      help: 'As released: 3.24.9. Whether it exists is only known to whoever installs it.',
      check: versionProblem,
    },
    { id: 'force', label: 'Force', kind: 'flag', required: false, help: 'yes: also over more than one minor version.' },
  ],
  gather,
  preview: (facts, { rack }) => {
    const { kept, version } = facts;
    const back = isDowngrade(parseVersion(kept.version), parseVersion(version));
    return {
      headline: `${back ? 'Take' : 'Update'} ${rack.name} ${back ? 'back ' : ''}from ${kept.version} to ${version}`,
      effects: [
        'It takes many minutes. The API restarts: deploys, logs and sessions break off for a while.',
        ...(kept.generation === 'v3' ? ['Parameters that the new version does not know are dropped.'] : []),
      ],
      warnings: [
        ...(back ? ['This is a downgrade: what the newer version has set up may not work any more.'] : []),
        'There is no way back over a minor version.',
      ],
      blocked: blocked(facts),
    };
  },
  changes: ({ kept }) => [keeperChange(kept)],
  run: async ({ kept, version, force }, { writes, signal }) => {
    if (kept.keeper === 'rack') await writes.updateSystem({ version, ...(force ? { force } : {}) }, { signal });
    else await writes.updateConsoleRack({ version, force }, { signal });
    return true;
  },
  observe,
  wait: { firstMs: 15_000, everyMs: 15_000, deadlineMs: 5_400_000, steady: 2 },
  echo: ({ version, force }) => `convox rack update ${shellWord(version)}${force ? ' --force' : ''}`,
});
