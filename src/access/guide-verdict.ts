import type { GuardrailRules } from '../domain/guardrail-rules.ts';
import { ALLOWED, refused, type Verdict } from '../domain/verdict.ts';
import type { Access } from './access.ts';
import { isAdministrator } from './action-verdict.ts';
import { checkGuardrails, type GuardrailQuestion } from './guardrails.ts';

/** A change of a guide's step; `permissions` are those on the rack, empty where AWS or this machine decides by itself. */
export interface GuideNeeds {
  /** `guide.<id>` */
  readonly actionId: string;
  readonly tier: 2 | 3;
  readonly permissions: readonly string[];
  /** By its name, where another rack is changed than the guide is about: what the settings say of either holds. */
  readonly rack?: string | undefined;
}

/**
 * May this step be done? Read-only and guardrails first, then what the rack has to allow. Fails closed as for actions
 * (architecture.md 4): what is not known is refused. What only the server knows is tried; it refuses before anything happens.
 */
export function guideVerdict(
  needs: GuideNeeds,
  access: Access | undefined,
  rules: GuardrailRules,
  question: Pick<GuardrailQuestion, 'rack' | 'now' | 'readOnly'>,
): Verdict {
  const { actionId, tier, permissions } = needs;
  const roles = access && isAdministrator(access) ? ['admin'] : (access?.identity?.roles ?? []);
  const judged = [question.rack, needs.rack ?? question.rack].map((rack) =>
    checkGuardrails(rules, { ...question, rack, actionId, tier, count: 1, roles }),
  );
  const verdict = judged.find(({ allowed }) => !allowed) ?? ALLOWED;
  if (!verdict.allowed || permissions.length === 0) return verdict;
  if (access === undefined) return refused('unknown', 'what you may do here is not known yet');
  return verdicts(needs, access).find((each) => !each.allowed && each.because !== 'server') ?? verdict;
}

/** What nobody here can say beforehand, as a whole sentence for whoever confirms; undefined: all is known. */
export function undecidedPermission(needs: GuideNeeds, access: Access | undefined): string | undefined {
  const open = access && verdicts(needs, access).find((each) => !each.allowed && each.because === 'server');
  if (!open || open.allowed) return undefined;
  return `Whether you may is not known: ${open.reason}. If not, it is refused there before anything changes.`;
}

function verdicts({ permissions }: GuideNeeds, access: Access): readonly Verdict[] {
  return permissions.map((permission) => access.can(permission));
}
