import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { checkReadOnly } from '../../../src/access/guardrails.ts';
import { type GuardrailRules, isProtectedRack, noGuardrails } from '../../../src/domain/guardrail-rules.ts';
import { readGuardrails } from '../../../src/platform/guardrail-settings.ts';
import { LiveGuardrails } from '../../../src/platform/live-guardrails.ts';

let folder: string;
let now = 0;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rackdeck-guards-'));
  now = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = () => ({ path: join(folder, 'config.json'), shown: '~/config.json' });
/** Whole, like an editor that saves beside and renames; always with the same times. */
function write(text: string, name = 'config.json'): void {
  const path = join(folder, `${name}.new`);
  writeFileSync(path, text);
  utimesSync(path, 1_000, 1_000);
  renameSync(path, join(folder, name));
}
const protects = (value: boolean) => JSON.stringify({ racks: { prod: { protected: value } } });
function open(text?: string): LiveGuardrails {
  if (text !== undefined) write(text);
  const isBlank = (text ?? '').trim() === '';
  const rules = isBlank ? noGuardrails('~/config.json') : readGuardrails(JSON.parse(text ?? ''), file()).rules;
  return new LiveGuardrails(file(), rules, () => now);
}
const reason = (rules: GuardrailRules) => {
  const verdict = checkReadOnly(rules, { rack: 'prod', readOnly: undefined });
  return verdict.allowed ? 'allowed' : verdict.reason;
};

test('a file that changes is read again; one that does not, is not', () => {
  const live = open(protects(false));
  expect(isProtectedRack(live.current(), 'prod')).toBe(false);
  write(protects(true));
  expect(isProtectedRack(live.current(), 'prod')).toBe(true);
  // Written over in place within the same tick, and as long as before.
  writeFileSync(file().path, protects(true).replace('prod', 'test'));
  expect(isProtectedRack(live.current(), 'prod')).toBe(false);
});

test('once its stamp can be relied on, it is the same rules without a read', async () => {
  const live = open(protects(true));
  const kept = (): boolean => {
    const before = live.current();
    return live.current() === before;
  };
  await expect.poll(kept, { timeout: 5_000 }).toBe(true);
  expect(isProtectedRack(live.current(), 'prod')).toBe(true);
});

test.each<[how: string, spoil: () => void, why: string]>([
  ['half written', () => write(protects(true).slice(0, -3)), 'it is not valid JSON'],
  ['no object', () => write('[]'), 'it is not a JSON object'],
  ['emptied, as by an editor that is about to write it', () => write(' \n'), 'it was there and is empty now'],
  ['gone', () => unlinkSync(file().path), 'it was there and is gone'],
  ['a link to nowhere', () => void [unlinkSync(file().path), symlinkSync('none', file().path)], 'it leads to no file'],
  ['a folder', () => void [unlinkSync(file().path), mkdirSync(file().path)], 'it is no file'],
  ['a field that nobody knows', () => write('{"guardrails":{"protcted":true}}'), 'guardrails.protcted is not known'],
])('%s: nothing may be changed, with the reason, until it is right again', (_how, spoil, why) => {
  const live = open(protects(false));
  expect(reason(live.current())).toBe('allowed');
  spoil();
  expect(reason(live.current())).toContain(`read-only until the settings are corrected (~/config.json: ${why}`);
  rmSync(file().path, { recursive: true, force: true });
  write(protects(false));
  expect(reason(live.current())).toBe('allowed');
});

test('where there was no file none is missed, and one that is made counts', () => {
  const live = open();
  expect(reason(live.current())).toBe('allowed');
  write('{"guardrails":{"readOnly":true}}');
  expect(reason(live.current())).toContain('this rack is read-only');
  unlinkSync(file().path);
  expect(reason(live.current())).toContain('is gone');
});

test('a link that leads nowhere from the start may hold guardrails, an empty file holds none', () => {
  expect(reason(open('\n').current())).toBe('allowed');
  unlinkSync(file().path);
  symlinkSync('none', file().path);
  const live = new LiveGuardrails(file(), noGuardrails('~/config.json'), () => now);
  expect(reason(live.current())).toContain('it leads to no file');
});

test('a stamp is not relied on while a coarse clock could still show it for another write', () => {
  const live = open(protects(true));
  const written = statSync(file().path).ctimeMs;
  const isKept = (ms: number): boolean => {
    vi.spyOn(Date, 'now').mockReturnValue(written + ms);
    const before = live.current();
    return live.current() === before;
  };
  expect([isKept(1_500), isKept(2_500)]).toEqual([false, true]);
  vi.restoreAllMocks();
});

test('what is painted looks once a second', () => {
  const live = open(protects(false));
  write(protects(true));
  expect(isProtectedRack(live.shown(), 'prod')).toBe(false);
  now = 1_000;
  expect(isProtectedRack(live.shown(), 'prod')).toBe(true);
  write(protects(false));
  // A clock that was set back.
  now = -3_600_000;
  expect(isProtectedRack(live.shown(), 'prod')).toBe(false);
  write(protects(true));
  now += 1_000;
  expect(isProtectedRack(live.shown(), 'prod')).toBe(true);
  expect(readFileSync(file().path, 'utf8')).toBe(protects(true));
});
