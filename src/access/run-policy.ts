import {
  DEFAULT_ADMIN_COMMANDS,
  DEFAULT_FORBIDDEN_SERVICES,
  firstRunRule,
  type GuardrailSection,
  type Placed,
  type RunRules,
} from '../domain/guardrail-rules.ts';
import { matchesAny, matchesPattern } from '../domain/name-pattern.ts';
import type { GuardrailQuestion, Refusal } from './guardrails.ts';

const ONE_OFF = 'process.run';

/**
 * Which commands may run where (screens.md 4). Where they may run is asked of one-off commands only; which ones, also of
 * everything else that ends in the same place: `exec`, a shell on an instance, the console of a resource, a port that leads to it.
 */
export function checkRunPolicy(
  sections: readonly GuardrailSection[],
  question: GuardrailQuestion,
): Refusal | undefined {
  const { actionId, command, commandPending } = question;
  if (actionId === ONE_OFF) {
    const refusal = checkService(sections, question);
    if (refusal) return refusal;
  }
  if (commandPending === true) return undefined;
  if (command === undefined && actionId !== ONE_OFF) return undefined;
  return checkApproved(sections, question) ?? checkAdmin(sections, question);
}

function checkService(
  sections: readonly GuardrailSection[],
  { service, serving }: GuardrailQuestion,
): Refusal | undefined {
  const only = firstRunRule(sections, 'services');
  const forbidden = ruleOr(sections, 'forbiddenServices', DEFAULT_FORBIDDEN_SERVICES);
  if (service === undefined || service === '') {
    return { why: 'it is not known in which service this would run', place: forbidden.place };
  }
  if (only && !matchesAny(only.value, service)) {
    return { why: `one-off commands may run in ${listed(only.value)} only, not in ${service}`, place: only.place };
  }
  if (matchesAny(forbidden.value, service)) {
    return { why: `one-off commands may not run in ${service}`, place: forbidden.place };
  }
  // Somebody who wrote a list has decided; the default is "not where it serves", whatever the service is called.
  if (serving === true && !only && forbidden.isDefault) {
    return { why: `one-off commands may not run in ${service}: it takes traffic`, place: forbidden.place };
  }
  return undefined;
}

function checkApproved(
  sections: readonly GuardrailSection[],
  { command = '', alike }: GuardrailQuestion,
): Refusal | undefined {
  const approved = firstRunRule(sections, 'approvedCommands');
  const names = [command, ...(alike ?? [])];
  if (!approved || approved.value.some((pattern) => names.some((name) => isApproved(pattern, name)))) return undefined;
  const what = alike === undefined ? 'this command' : `"${command}"`;
  return { why: `${what} is not on the list of approved ones`, place: approved.place };
}

function checkAdmin(
  sections: readonly GuardrailSection[],
  { command = '', alike = [], roles }: GuardrailQuestion,
): Refusal | undefined {
  if (roles.includes('admin')) return undefined;
  const rule = ruleOr(sections, 'adminCommands', DEFAULT_ADMIN_COMMANDS);
  const found = rule.value.find((pattern) => contains(command, pattern));
  if (found !== undefined) return { why: `"${found}" needs role admin`, place: rule.place };
  const like = rule.value.find((pattern) => alike.some((name) => contains(name, pattern)));
  return like === undefined
    ? undefined
    : { why: `it is as good as "${like}", which needs role admin`, place: rule.place };
}

function ruleOr(
  sections: readonly GuardrailSection[],
  field: keyof RunRules,
  standard: readonly string[],
): Placed<readonly string[]> & { readonly isDefault: boolean } {
  const rule = firstRunRule(sections, field);
  if (rule) return { ...rule, isDefault: false };
  const place = `${sections[0]?.place ?? 'guardrails'}.run.${field} is not set, the default holds`;
  return { value: standard, place, isDefault: true };
}

/** What a shell could take for more than one plain word. */
const PLAIN_WORD = /^[A-Za-z0-9_./:=,@%+[\]-]*$/;

/**
 * Word by word, `*` within one word: `rake reports:*` is not `rake reports:x; rm -rf /`. Only blanks are evened out, a line
 * break starts another command.
 */
function isApproved(pattern: string, command: string): boolean {
  const wanted = pattern.trim().split(/[ \t]+/);
  const given = command.trim().split(/[ \t]+/);
  return (
    wanted.length === given.length &&
    wanted.every((word, at) => {
      const other = given[at] ?? '';
      return word === other || (PLAIN_WORD.test(other) && matchesPattern(word, other));
    })
  );
}

/**
 * Does the command start this anywhere? Read generously, because a slip to the other side opens a console: `bundle exec
 * bin/rails c`, `sh -c "rails -e production console"`, `A=1 rails  c`. A word that only looks like it costs a non-admin one
 * refusal.
 */
function contains(command: string, pattern: string): boolean {
  const wanted = pattern.trim().split(/\s+/);
  const readings = [command.replaceAll(/["'\\]/g, ''), command.replaceAll(/["'\\]/g, ' ')];
  // `--command=psql`, and the braces of a shell: `{psql,-l}`.
  readings.push(command.replaceAll(/["'\\=,]/g, ' '));
  return readings.some((text) => text.split(/[;&|\n\r(){}`<>]+/).some((part) => startsIn(words(part), wanted)));
}

function startsIn(given: readonly string[], [first = '', ...rest]: readonly string[]): boolean {
  return given.some((word, at) => matchesPattern(first, word) && follows(given.slice(at + 1), rest));
}

/** Options, with a value perhaps, may stand between the words. */
function follows(given: readonly string[], wanted: readonly string[]): boolean {
  const [next, ...rest] = wanted;
  if (next === undefined) return true;
  const at = given.findIndex((word) => matchesPattern(next, word));
  if (at < 0) return false;
  const between = given.slice(0, at);
  const isOptions = between.every((word, index) => isOption(word) || isOption(between[index - 1] ?? ''));
  return isOptions && follows(given.slice(at + 1), rest);
}

/** `-e`, and the version that RubyGems takes: `rails _7.1_ console`. */
function isOption(word: string): boolean {
  return word.startsWith('-') || /^_.+_$/.test(word);
}

function words(part: string): readonly string[] {
  return part
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => word.slice(word.lastIndexOf('/') + 1));
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'no service' : names.join(', ');
}
