import { header, isRecord } from './call.ts';
import { type EnvRules, maskEnv, mergePostedEnv } from './env-rules.ts';
import { formatEnv, parseEnv } from './env-text.ts';
import type { GatewayState } from './gateway-state.ts';
import { denialText, mayProxy, type ProxiedCall } from './proxied-call.ts';
import { failure, Refused, text } from './reply.ts';

/** On the proxy the app's `secret_env_vars` do not count (gateway.md 6.4). */
function proxyRules(state: GatewayState, app: string): EnvRules {
  return { secretNames: [], protectedNames: state.settings.appNames(app, 'protected_env_vars') };
}

export function isReleaseRead(call: ProxiedCall): boolean {
  return call.match.permission === 'convox:release:list' || call.match.permission === 'convox:release:read';
}

/** A release answer with its environments masked; bytes that are not JSON pass unchanged. */
export function maskReleases(state: GatewayState, call: ProxiedCall, body: Buffer): Buffer {
  const rules = proxyRules(state, call.match.parameters.app ?? '');
  const mayRead = mayProxy(call.identity, 'convox:env:read');
  const mask = (release: unknown): unknown =>
    isRecord(release) && typeof release.env === 'string'
      ? { ...release, env: formatEnv(maskEnv(parseEnv(release.env), rules, mayRead)) }
      : release;
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return Buffer.from(JSON.stringify(Array.isArray(value) ? value.map(mask) : mask(value)));
  } catch {
    return body;
  }
}

/** The body of a release creation with its `env` merged by the gateway's rules; throws `Refused` on a violation. */
export async function prepareReleaseBody(state: GatewayState, call: ProxiedCall): Promise<Buffer> {
  if (call.match.permission !== 'convox:release:create') return call.body;
  if (!(header(call, 'content-type') ?? '').startsWith('application/x-www-form-urlencoded')) return call.body;
  const form = parseForm(call.body.toString('utf8'));
  const posted = form.get('env') ?? '';
  if (posted === '') return call.body;
  const denied = new Refused(text(403, denialText(call.match.permission)));
  if (!mayProxy(call.identity, 'convox:env:set')) throw denied;
  const app = call.match.parameters.app ?? '';
  const current = await newestEnv(state, app).catch((error: Error) => {
    throw new Refused(failure(400, `failed to fetch latest env: ${error.message}`));
  });
  const maySetSecrets = mayProxy(call.identity, 'convox:secret:set');
  const merged = mergePostedEnv(parseEnv(posted), current, proxyRules(state, app), maySetSecrets);
  if (merged === undefined) throw denied;
  form.set('env', formatEnv(merged));
  return Buffer.from(form.toString());
}

function parseForm(body: string): URLSearchParams {
  const broken = /%(?![0-9a-fA-F]{2})/.exec(body);
  if (broken !== null) {
    const escaped = JSON.stringify(body.slice(broken.index, broken.index + 3));
    throw new Refused(failure(400, `invalid form body: invalid URL escape ${escaped}`));
  }
  return new URLSearchParams(body);
}

/** Environment of the newest release, which may be unpromoted; empty when there is none. Rejects on rack errors. */
export async function newestEnv(state: GatewayState, app: string): Promise<Map<string, string>> {
  const path = `/apps/${app}/releases`;
  const { status, value } = await state.rack.json({ method: 'GET', path, search: '?limit=1' });
  if (status !== 200 || (value !== null && !Array.isArray(value))) throw new Error(`rack answered ${status}`);
  const newest: unknown = value?.[0];
  if (!isRecord(newest)) return new Map();
  if (typeof newest.env === 'string') return parseEnv(newest.env);
  const single = await state.rack.json({ method: 'GET', path: `${path}/${String(newest.id)}` });
  if (single.status !== 200 || !isRecord(single.value)) throw new Error(`rack answered ${single.status}`);
  return parseEnv(typeof single.value.env === 'string' ? single.value.env : '');
}
