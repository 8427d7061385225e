/** Global settings (gateway.md 7.6); the values given at the start play the part of rows in the database. */
export interface GatewaySettings {
  mfa_require_all_users: boolean;
  mfa_trusted_device_ttl_days: number;
  mfa_step_up_window_minutes: number;
  allow_destructive_actions: boolean;
  deploy_approvals_enabled: boolean;
  deploy_approval_window_minutes: number;
  default_ci_provider: string;
  default_vcs_provider: string;
  session_timeout_minutes: number;
}

export interface Setting {
  value: unknown;
  source: 'db' | 'env' | 'default' | 'global_default';
  env_var?: string;
}

export const GLOBAL_DEFAULTS: Readonly<GatewaySettings> = {
  mfa_require_all_users: true,
  mfa_trusted_device_ttl_days: 30,
  mfa_step_up_window_minutes: 10,
  allow_destructive_actions: false,
  deploy_approvals_enabled: true,
  deploy_approval_window_minutes: 15,
  default_ci_provider: 'circleci',
  default_vcs_provider: 'github',
  session_timeout_minutes: 5,
};

export const APP_DEFAULTS: Readonly<Record<string, unknown>> = {
  vcs_provider: null,
  vcs_repo: null,
  ci_provider: null,
  circleci_approval_job_name: '',
  circleci_auto_approve_on_approval: false,
  github_verification: true,
  allow_deploy_from_default_branch: false,
  require_pr_for_branch: true,
  default_branch: 'main',
  verify_git_commit_mode: 'latest',
  protected_env_vars: null,
  secret_env_vars: null,
  approved_deploy_commands: null,
  service_image_patterns: null,
  github_post_pr_comment: true,
};

const PROVIDER_FALLBACK: Readonly<Record<string, keyof GatewaySettings>> = {
  vcs_provider: 'default_vcs_provider',
  ci_provider: 'default_ci_provider',
};

export class SettingsStore {
  readonly #global = new Map<string, unknown>();
  readonly #apps = new Map<string, Map<string, unknown>>();

  constructor(initial: Partial<GatewaySettings>) {
    for (const [key, value] of Object.entries(initial)) if (value !== undefined) this.#global.set(key, value);
  }

  global(key: keyof GatewaySettings): Setting {
    return this.#global.has(key)
      ? { value: this.#global.get(key), source: 'db' }
      : { value: GLOBAL_DEFAULTS[key], source: 'default' };
  }

  /** A stored value of the wrong type counts as the default, because writes are not validated. */
  flag(key: 'mfa_require_all_users' | 'allow_destructive_actions' | 'deploy_approvals_enabled'): boolean {
    const { value } = this.global(key);
    return typeof value === 'boolean' ? value : GLOBAL_DEFAULTS[key];
  }

  minutes(key: 'mfa_step_up_window_minutes' | 'deploy_approval_window_minutes'): number {
    const { value } = this.global(key);
    return typeof value === 'number' ? value : GLOBAL_DEFAULTS[key];
  }

  app(app: string, key: string): Setting {
    const stored = this.#apps.get(app);
    if (stored?.has(key)) return { value: stored.get(key), source: 'db' };
    const fallback = PROVIDER_FALLBACK[key];
    if (fallback !== undefined) return { value: this.global(fallback).value, source: 'global_default' };
    return { value: APP_DEFAULTS[key] ?? null, source: 'default' };
  }

  appNames(app: string, key: 'protected_env_vars' | 'secret_env_vars' | 'approved_deploy_commands'): string[] {
    const { value } = this.app(app, key);
    return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
  }

  setGlobal(key: string, value: unknown): void {
    this.#global.set(key, value);
  }

  resetGlobal(key: string): void {
    this.#global.delete(key);
  }

  setApp(app: string, key: string, value: unknown): void {
    const stored = this.#apps.get(app) ?? new Map<string, unknown>();
    stored.set(key, value);
    this.#apps.set(app, stored);
  }

  resetApp(app: string, key: string): void {
    this.#apps.get(app)?.delete(key);
  }
}
