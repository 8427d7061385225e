import { auditCall } from './audited-call.ts';
import { type AuthenticatedCall, jsonObject, jsonValue } from './call.ts';
import type { GatewayState } from './gateway-state.ts';
import type { OwnHandler, OwnRoute } from './own-route.ts';
import type { MfaLevel } from './proxied-routes.ts';
import { failure, json } from './reply.ts';
import { APP_DEFAULTS, type GatewaySettings, GLOBAL_DEFAULTS, type Setting } from './settings-store.ts';

interface SettingGroup {
  readonly path: string;
  readonly mfa: MfaLevel;
  readonly keys: readonly string[];
}

/** gateway.md 7.6. */
const GLOBAL_GROUPS: readonly SettingGroup[] = [
  {
    path: 'mfa-configuration',
    mfa: 'always',
    keys: ['mfa_require_all_users', 'mfa_trusted_device_ttl_days', 'mfa_step_up_window_minutes'],
  },
  { path: 'allow-destructive-actions', mfa: 'always', keys: ['allow_destructive_actions'] },
  { path: 'deploy-approvals', mfa: 'always', keys: ['deploy_approvals_enabled', 'deploy_approval_window_minutes'] },
  { path: 'vcs-and-ci-defaults', mfa: 'step-up', keys: ['default_ci_provider', 'default_vcs_provider'] },
  { path: 'session-configuration', mfa: 'step-up', keys: ['session_timeout_minutes'] },
];

const APP_GROUP: SettingGroup = {
  path: 'vcs-ci-deploy',
  mfa: 'always',
  keys: [
    'vcs_provider',
    'vcs_repo',
    'ci_provider',
    'circleci_approval_job_name',
    'circleci_auto_approve_on_approval',
    'github_verification',
    'allow_deploy_from_default_branch',
    'require_pr_for_branch',
    'default_branch',
    'verify_git_commit_mode',
  ],
};

const APP_SINGLES: readonly { path: string; key: string }[] = [
  { path: 'protected-env-vars', key: 'protected_env_vars' },
  { path: 'secret-env-vars', key: 'secret_env_vars' },
  { path: 'approved-deploy-commands', key: 'approved_deploy_commands' },
  { path: 'service-image-patterns', key: 'service_image_patterns' },
];

/** Reads and writes of one scope: global, or one app. */
interface Scope {
  get(key: string): Setting;
  set(key: string, value: unknown): void;
  reset(key: string): void;
}

type ScopeOf = (state: GatewayState, app: string) => Scope;

const globalScope: ScopeOf = ({ settings }) => ({
  get: (key) => settings.global(key as keyof GatewaySettings),
  set: (key, value) => settings.setGlobal(key, value),
  reset: (key) => settings.resetGlobal(key),
});

const appScope: ScopeOf = ({ settings }, app) => ({
  get: (key) => settings.app(app, key),
  set: (key, value) => settings.setApp(app, key, value),
  reset: (key) => settings.resetApp(app, key),
});

const KNOWN_KEYS = new Set([...Object.keys(GLOBAL_DEFAULTS), ...Object.keys(APP_DEFAULTS)]);

function show(scope: Scope, keys: readonly string[]): Record<string, Setting> {
  return Object.fromEntries(keys.map((key) => [key, scope.get(key)]));
}

function foreignKey(keys: readonly string[], group: SettingGroup): string | undefined {
  const foreign = keys.find((key) => !group.keys.includes(key));
  if (foreign === undefined) return undefined;
  return KNOWN_KEYS.has(foreign)
    ? `setting ${foreign} is not managed by this endpoint`
    : `unknown setting key: ${foreign}`;
}

function putGroup(group: SettingGroup, scopeOf: ScopeOf): OwnHandler {
  return (state, call, { app = '' }) => {
    const body = jsonObject(call);
    if (body === undefined) return failure(400, 'invalid request body');
    const keys = Object.keys(body);
    if (keys.length === 0) return failure(400, 'no settings provided');
    const complaint = foreignKey(keys, group);
    if (complaint !== undefined) return failure(400, complaint);
    const scope = scopeOf(state, app);
    for (const [key, value] of Object.entries(body)) scope.set(key, value);
    auditSetting(state, call, app, keys);
    return json(200, show(scope, group.keys));
  };
}

function resetGroup(group: SettingGroup, scopeOf: ScopeOf): OwnHandler {
  return (state, call, { app = '' }) => {
    const keys = call.query.getAll('key').filter((key) => key !== '');
    if (keys.length === 0) return failure(400, 'at least one key is required');
    const complaint = foreignKey(keys, group);
    if (complaint !== undefined) return failure(400, complaint);
    const scope = scopeOf(state, app);
    for (const key of keys) scope.reset(key);
    auditSetting(state, call, app, keys);
    return json(200, show(scope, keys));
  };
}

/** The raw JSON value, stored without a check of its type. */
function putSingle(key: string): OwnHandler {
  return (state, call, { app = '' }) => {
    const value = jsonValue(call);
    if (value === undefined) return failure(400, 'invalid request body');
    state.settings.setApp(app, key, value);
    auditSetting(state, call, app, [key]);
    return json(200, show(appScope(state, app), [key]));
  };
}

function resetSingle(key: string): OwnHandler {
  return (state, call, { app = '' }) => {
    state.settings.resetApp(app, key);
    auditSetting(state, call, app, [key]);
    return json(200, show(appScope(state, app), [key]));
  };
}

function auditSetting(state: GatewayState, call: AuthenticatedCall, app: string, keys: readonly string[]): void {
  auditCall(state, call, {
    actionType: 'admin',
    action: 'setting.update',
    resource: app === '' ? 'global' : app,
    resourceType: 'setting',
    status: 'success',
    httpStatus: 200,
    details: { keys },
  });
}

function groupRoutes(base: string, group: SettingGroup, scopeOf: ScopeOf): OwnRoute[] {
  const path = `${base}/${group.path}`;
  return [
    { method: 'PUT', path, mfa: group.mfa, handle: putGroup(group, scopeOf) },
    { method: 'DELETE', path, mfa: group.mfa, handle: resetGroup(group, scopeOf) },
  ];
}

export const SETTING_ROUTES: readonly OwnRoute[] = [
  {
    method: 'GET',
    path: '/settings',
    mfa: 'none',
    handle: (state) => json(200, show(globalScope(state, ''), Object.keys(GLOBAL_DEFAULTS))),
  },
  {
    method: 'GET',
    path: '/apps/{app}/settings',
    mfa: 'none',
    handle: (state, _call, { app = '' }) => json(200, show(appScope(state, app), Object.keys(APP_DEFAULTS))),
  },
  {
    method: 'POST',
    path: '/settings/rack-tls-cert/refresh',
    mfa: 'always',
    handle: () => failure(501, 'rack certificate manager not configured'),
  },
  ...GLOBAL_GROUPS.flatMap((group) => groupRoutes('/settings', group, globalScope)),
  ...groupRoutes('/apps/{app}/settings', APP_GROUP, appScope),
  ...APP_SINGLES.flatMap(({ path, key }): OwnRoute[] => [
    { method: 'PUT', path: `/apps/{app}/settings/${path}`, mfa: 'step-up', handle: putSingle(key) },
    { method: 'DELETE', path: `/apps/{app}/settings/${path}`, mfa: 'step-up', handle: resetSingle(key) },
  ]),
];
