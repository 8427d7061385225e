import { auditCall } from './audited-call.ts';
import { type AuthenticatedCall, isRecord, jsonObject, textList } from './call.ts';
import { type EnvRules, isProtectedKey, isSecretKey, MASK, maskEnv } from './env-rules.ts';
import { formatEnv } from './env-text.ts';
import type { GatewayState } from './gateway-state.ts';
import type { OwnRoute } from './own-route.ts';
import { newestEnv } from './release-env.ts';
import { failure, json, Refused, type Reply } from './reply.ts';
import { userMay } from './role-catalog.ts';

/** gateway.md 6.5. Roles are the owner's, also for API tokens (3.2). */
export const ENV_ROUTES: readonly OwnRoute[] = [
  {
    method: 'GET',
    path: '/apps/{app}/env',
    mfa: 'none',
    handle: (state, call, { app = '' }) => readEnv(state, call, app),
  },
  {
    method: 'PUT',
    path: '/apps/{app}/env',
    mfa: 'step-up',
    handle: (state, call, { app = '' }) => changeEnv(state, call, app),
  },
];

function rulesFor(state: GatewayState, app: string): EnvRules {
  return {
    secretNames: state.settings.appNames(app, 'secret_env_vars'),
    protectedNames: state.settings.appNames(app, 'protected_env_vars'),
  };
}

async function readEnv(state: GatewayState, call: AuthenticatedCall, app: string): Promise<Reply> {
  const { user } = call.identity;
  if (!userMay(user, 'convox:env:read'))
    return failure(403, "You don't have permission to view environment variables.");
  const revealed = call.query.get('secrets') === 'true';
  if (revealed && !userMay(user, 'convox:secret:read'))
    return failure(403, "You don't have permission to view secrets.");
  const env = await fetchEnv(state, app);
  const shown = revealed ? env : maskEnv(env, rulesFor(state, app), true);
  const key = call.query.get('key') ?? '';
  auditEnv(state, call, revealed ? 'secret.read' : 'env.read', app, key === '' ? {} : { key });
  // Absent and empty look alike.
  return json(200, { env: key === '' ? Object.fromEntries(shown) : { [key]: shown.get(key) ?? '' } });
}

/** Removals first, then sets; the new release is not promoted. */
async function changeEnv(state: GatewayState, call: AuthenticatedCall, app: string): Promise<Reply> {
  const { set, remove } = readChange(call);
  if (!userMay(call.identity.user, 'convox:env:set')) {
    return failure(403, "You don't have permission to modify environment variables.");
  }
  const rules = rulesFor(state, app);
  const current = await fetchEnv(state, app);
  const next = new Map(current);
  const maySetSecrets = userMay(call.identity.user, 'convox:secret:set');
  for (const key of remove) {
    checkChange(key, rules, maySetSecrets);
    next.delete(key);
  }
  for (const [key, value] of Object.entries(set)) {
    if (value === MASK) {
      if (!current.has(key)) return failure(400, 'Masked secret value submitted without an existing secret.');
      next.set(key, current.get(key) ?? '');
      continue;
    }
    checkChange(key, rules, maySetSecrets);
    next.set(key, value);
  }
  const env = Object.fromEntries(maskEnv(next, rules, true));
  if (formatEnv(next) === formatEnv(current)) return json(200, { env });
  const releaseId = await createRelease(state, app, next);
  state.creators.record('release', releaseId, call.identity.user);
  auditEnv(state, call, 'env.set', app, { set: Object.keys(set), remove, release_id: releaseId });
  return json(200, { env, release_id: releaseId });
}

function readChange(call: AuthenticatedCall): { set: Record<string, string>; remove: string[] } {
  const body = jsonObject(call);
  const set = body?.set ?? {};
  const remove = body?.remove === undefined || body.remove === null ? [] : textList(body.remove);
  if (body === undefined || !isTextRecord(set) || remove === undefined)
    throw new Refused(failure(400, 'invalid payload'));
  return { set, remove };
}

function isTextRecord(value: unknown): value is Record<string, string> {
  return isRecord(value) && Object.values(value).every((item) => typeof item === 'string');
}

function checkChange(key: string, rules: EnvRules, maySetSecrets: boolean): void {
  if (isProtectedKey(key, rules)) {
    throw new Refused(failure(403, 'This environment variable is protected and cannot be changed.'));
  }
  if (isSecretKey(key, rules) && !maySetSecrets) {
    throw new Refused(failure(403, "You don't have permission to modify secrets."));
  }
}

async function fetchEnv(state: GatewayState, app: string): Promise<Map<string, string>> {
  if (state.faults.certificateMismatch) throw new Refused(failure(502, 'rack certificate verification failed'));
  return newestEnv(state, app).catch(() => {
    throw new Refused(failure(502, 'failed to fetch env'));
  });
}

async function createRelease(state: GatewayState, app: string, env: ReadonlyMap<string, string>): Promise<string> {
  const answer = await state.rack
    .json({
      method: 'POST',
      path: `/apps/${app}/releases`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ env: formatEnv(env) }).toString(),
    })
    .catch(() => undefined);
  const id = answer !== undefined && answer.status < 300 && isRecord(answer.value) ? answer.value.id : undefined;
  if (typeof id !== 'string') throw new Refused(failure(502, 'failed to create release'));
  return id;
}

function auditEnv(
  state: GatewayState,
  call: AuthenticatedCall,
  action: string,
  app: string,
  details: Record<string, unknown>,
): void {
  auditCall(state, call, {
    actionType: 'convox',
    action,
    resource: app,
    resourceType: action.startsWith('secret') ? 'secret' : 'env',
    status: 'success',
    httpStatus: 200,
    rbacDecision: 'allow',
    details,
  });
}
