import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ACTIONS, findAction } from '../../src/actions/index.ts';
import { matchesPattern } from '../../src/domain/name-pattern.ts';
import { readGuardrails } from '../../src/platform/guardrail-settings.ts';
import { RESOURCES } from '../../src/resources/index.ts';
import { keyReference } from '../support/key-reference.ts';

const README = fileURLToPath(new URL('../../README.md', import.meta.url));
const BEGIN = /<!-- keys:begin[^>]*-->\n/;
const END = '<!-- keys:end -->';

/** The README tells the truth about what is generated from tables. `npm run keys` brings the key reference up to date. */
describe('README', () => {
  const text = readFileSync(README, 'utf8');

  it('has the key reference of the key table', () => {
    const begin = BEGIN.exec(text);
    expect(begin).not.toBeNull();
    const from = (begin?.index ?? 0) + (begin?.[0].length ?? 0);
    const to = text.indexOf(END);
    const wanted = `\n${keyReference()}\n\n`;
    if (process.env.UPDATE_README) writeFileSync(README, text.slice(0, from) + wanted + text.slice(to));
    else expect(text.slice(from, to)).toBe(wanted);
  });

  it('has an example of guardrails that is understood whole, with every field', () => {
    const example = /<!-- guardrails:begin -->\n```json\n([\s\S]*?)```/.exec(text)?.[1] ?? '';
    const { rules, problems } = readGuardrails(JSON.parse(example), { shown: 'config.json', path: 'config.json' });
    expect(problems).toEqual([]);
    const prod = rules.racks.get('acme/prod');
    expect([prod?.protected, prod?.freeze.length, rules.defaults.denyActions.length]).toEqual([true, 2, 2]);
    expect(rules.racks.get('acme/eu')?.readOnly).toBe(true);
    for (const field of Object.keys({ ...rules.defaults.run, ...prod?.run })) expect(text).toContain(`run.${field}`);
    const known = rules.defaults.denyActions.flatMap(({ actions }) => actions);
    const ids = ACTIONS.map(({ id }) => id);
    const allowed = prod?.freeze.flatMap(({ allowActions }) => allowActions) ?? [];
    for (const pattern of [...known, ...allowed]) expect(ids.some((id) => matchesPattern(pattern, id))).toBe(true);
  });

  it('names actions that exist', () => {
    for (const [, id = ''] of text.matchAll(/rackdeck do ([a-z]+\.[a-z-]+)/g)) expect(findAction(id)?.id).toBe(id);
  });

  it('names every view', () => {
    for (const resource of RESOURCES) expect(text).toContain(`\`${resource.id}\``);
  });
});
