import type { GuardrailRules } from '../domain/guardrail-rules.ts';
import { ALLOWED, refused, type Verdict } from '../domain/verdict.ts';
import type { Access } from './access.ts';
import { RACK_PASSWORD } from './create-access.ts';
import { checkGuardrails, checkReadOnly, type GuardrailQuestion } from './guardrails.ts';
import { jwtRoleLabel } from './jwt-role.ts';

/** What an action needs, as in access/action-catalog.ts; `tier` as it is on this rack (tiers rise on protected ones). */
export interface ActionNeeds {
  readonly id: string;
  readonly tier: 1 | 2 | 3;
  readonly permissions: readonly string[];
  readonly routes: readonly string[];
}

export interface ActionQuestion extends Omit<GuardrailQuestion, 'actionId' | 'tier' | 'app' | 'roles'> {
  /** Of everything that is marked; empty: it concerns the rack as a whole. */
  readonly apps: readonly string[];
}

/**
 * May this be done here and now? The first that says no is the reason: read-only, permission, route and version, guardrails.
 * Fails closed: what is not known is refused.
 */
export function actionVerdict(
  action: ActionNeeds,
  access: Access | undefined,
  rules: GuardrailRules,
  question: ActionQuestion,
): Verdict {
  const readOnly = checkReadOnly(rules, question);
  if (!readOnly.allowed) return readOnly;
  const granted = checkAccess(action, access);
  if (!granted.allowed || access === undefined) return granted;
  const { apps, ...rest } = question;
  const roles = isAdministrator(access) ? ['admin'] : (access.identity?.roles ?? []);
  const about: readonly (string | undefined)[] = apps.length === 0 ? [undefined] : [...new Set(apps)];
  const verdicts = about.map((app) =>
    checkGuardrails(rules, { ...rest, app, actionId: action.id, tier: action.tier, roles }),
  );
  return verdicts.find((verdict) => !verdict.allowed) ?? ALLOWED;
}

function checkAccess({ id, permissions, routes }: ActionNeeds, access: Access | undefined): Verdict {
  if (access === undefined) return refused('unknown', 'what you may do here is not known yet');
  if (permissions.length === 0) return refused('unknown', `${id} does not say which permission it needs`);
  const verdicts = [...permissions.map((name) => access.can(name)), ...routes.map((route) => access.offers(route))];
  // Where only the server knows, it is asked by trying: a role that does not suffice is refused there, before anything happens.
  return verdicts.find((verdict) => !verdict.allowed && verdict.because !== 'server') ?? ALLOWED;
}

/** The gateway says so, or the credential is the rack's own highest one. */
export function isAdministrator({ identity, roleLabel }: Access): boolean {
  if (identity) return identity.roles.includes('admin');
  return roleLabel === RACK_PASSWORD || roleLabel === jwtRoleLabel('rwa');
}
