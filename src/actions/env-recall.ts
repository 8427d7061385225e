import { envKeyText, parseEnv } from '../domain/env-text.ts';
import { sameId } from './app-state.ts';
import type { Recall } from './define-action.ts';
import type { EnvFacts } from './env-change.ts';

/** Values are not kept: which variables there were to be is all that a later start can compare. */
export const ENV_RECALL: Recall<EnvFacts> = {
  keep: ({ app, base, expected }) => ({ app: [app], base: base ? [base.id] : [], keys: namesOf(expected) }),
  look: async (kept, { reads, signal }) => {
    const app = kept.app?.[0] ?? '';
    const [base] = kept.base ?? [];
    const listed = await reads.releases(app, { limit: 25 }, { signal });
    const at = listed.findIndex(({ id }) => base !== undefined && sameId(id, base));
    const since = base === undefined ? listed : at < 0 ? undefined : listed.slice(0, at);
    if (since === undefined) return { state: 'unknown', words: `${base} is not among the last releases of ${app}.` };
    if (since.length === 0) {
      return { state: 'absent', words: `No release was made since ${base ?? 'then'}: nothing was set.` };
    }
    const wanted = (kept.keys ?? []).join('\n');
    const same = since.filter(({ env }) => namesOf(parseEnv(env)).join('\n') === wanted);
    const words =
      same.length === 0
        ? `${since.map(({ id }) => id).join(', ')} was made since, with other variables than were asked for.`
        : `${same.map(({ id }) => id).join(', ')} was made since and has these variables; values are not kept, so they cannot be compared.`;
    return { state: 'unknown', words };
  },
};

/** As they may be shown: what looks like a name may be a line of a key that somebody pasted. */
function namesOf(env: ReadonlyMap<string, string>): readonly string[] {
  return [...env.keys()].map(envKeyText).sort();
}
