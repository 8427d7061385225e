import { freezeEnd } from '../domain/freeze-window.ts';
import {
  allOf,
  brokenSection,
  firstOf,
  type GuardrailRules,
  type GuardrailSection,
  isProtectedRack,
  sectionsOf,
} from '../domain/guardrail-rules.ts';
import { matchesAny } from '../domain/name-pattern.ts';
import { zonedText } from '../domain/time-zone.ts';
import { ALLOWED, refused, type Verdict } from '../domain/verdict.ts';
import { type ReadOnlyCause, readOnlyReason } from './read-only.ts';
import { checkRunPolicy } from './run-policy.ts';

/** What somebody is about to do; times are epoch ms. */
export interface GuardrailQuestion {
  readonly actionId: string;
  readonly tier: 1 | 2 | 3;
  /** Name of the target. */
  readonly rack: string;
  /** Undefined: it concerns the rack as a whole. */
  readonly app?: string | undefined;
  readonly service?: string | undefined;
  /** What would run in the service: a one-off command, or what `exec` starts. */
  readonly command?: string | undefined;
  /** Commands that it is as good as: whoever may not run `psql` may not open a port to the database either. */
  readonly alike?: readonly string[] | undefined;
  /** It is not typed yet: only where it would run is judged, for a menu. Never for what is about to run. */
  readonly commandPending?: boolean | undefined;
  /** Does the service take traffic (ports, a domain)? Undefined: not known. */
  readonly serving?: boolean | undefined;
  /** How many things at once. */
  readonly count: number;
  readonly now: number;
  readonly roles: readonly string[];
  /** The switch of this run (access/read-only.ts). */
  readonly readOnly: ReadOnlyCause | undefined;
}

type Check = (sections: readonly GuardrailSection[], question: GuardrailQuestion) => Refusal | undefined;

/** Why not, and the place of the rule in the settings. */
export interface Refusal {
  readonly why: string;
  readonly place: string;
}

const CHECKS: readonly Check[] = [checkDenials, checkFreeze, checkBulk, checkRunPolicy];

/** All guardrails of the settings, read-only first (screens.md 4). A refusal names the rule and its place. */
export function checkGuardrails(rules: GuardrailRules, question: GuardrailQuestion): Verdict {
  const readOnly = checkReadOnly(rules, question);
  if (!readOnly.allowed) return readOnly;
  const sections = sectionsOf(rules, question.rack);
  for (const check of CHECKS) {
    const refusal = check(sections, question);
    if (refusal) return refused('guardrail', `${refusal.why} (${rules.file}: ${refusal.place})`);
  }
  return ALLOWED;
}

/** Read-only by this run's switch, by the settings, or because the settings could not be understood. */
export function checkReadOnly(
  rules: GuardrailRules,
  { rack, readOnly }: Pick<GuardrailQuestion, 'rack' | 'readOnly'>,
): Verdict {
  if (readOnly !== undefined) return refused('read-only', readOnlyReason(readOnly));
  const sections = sectionsOf(rules, rack);
  const broken = brokenSection(sections);
  if (broken) {
    return refused('read-only', `read-only until the settings are corrected (${rules.file}: ${broken.problem})`);
  }
  const rule = firstOf(sections, 'readOnly');
  return rule?.value === true ? refused('read-only', `this rack is read-only (${rules.file}: ${rule.place})`) : ALLOWED;
}

/** Ask for its name before anything changes; so does a rack whose settings could not be understood. */
export function isProtected(rules: GuardrailRules, rack: string): boolean {
  return isProtectedRack(rules, rack);
}

function checkDenials(
  sections: readonly GuardrailSection[],
  { actionId, app }: GuardrailQuestion,
): Refusal | undefined {
  const found = allOf(sections, 'denyActions').find(
    ({ value: { actions, apps } }) =>
      matchesAny(actions, actionId) && (apps === undefined || (app !== undefined && matchesAny(apps, app))),
  );
  if (!found) return undefined;
  const { apps, reason } = found.value;
  const where = apps === undefined ? 'here' : `in ${app}`;
  return { why: reason ?? `${actionId} is not allowed ${where}`, place: found.place };
}

/** Of several at once the one that lasts longest is named: until then nothing will change. */
function checkFreeze(sections: readonly GuardrailSection[], { actionId, now }: GuardrailQuestion): Refusal | undefined {
  const windows = allOf(sections, 'freeze').filter(({ value }) => !matchesAny(value.allowActions, actionId));
  const [first] = windows;
  if (first === undefined) return undefined;
  if (!Number.isFinite(now)) return { why: 'the time is not known, so a freeze may hold', place: first.place };
  const holding = windows.flatMap(({ value, place }) => {
    const end = freezeEnd(value, now);
    return end === undefined ? [] : [{ ...value, place, end }];
  });
  const [last] = holding.toSorted((a, b) => b.end - a.end);
  return last && { why: `frozen until ${zonedText(last.end, last.timeZone)}: ${last.reason}`, place: last.place };
}

function checkBulk(sections: readonly GuardrailSection[], { tier, count }: GuardrailQuestion): Refusal | undefined {
  const rule = firstOf(sections, 'maxBulk');
  if (rule && !(count <= rule.value)) {
    return { why: `${count} at once are too many: at most ${rule.value}`, place: rule.place };
  }
  // Not a setting: it holds everywhere (screens.md 4).
  if (tier === 3 && count > 1) return { why: 'what cannot be taken back is done one at a time', place: 'always' };
  return undefined;
}
