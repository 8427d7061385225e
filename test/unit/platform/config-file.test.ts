import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { noGuardrails } from '../../../src/domain/guardrail-rules.ts';
import { ConfigFile, DEFAULT_SETTINGS, rackSettings } from '../../../src/platform/config-file.ts';
import { ensurePrivateFolder } from '../../../src/platform/state-folder.ts';
import { temporaryHome } from './support.ts';

const SHOWN = '~/.config/rackdeck/config.json';
const NOTHING_SET = { ...DEFAULT_SETTINGS, guardrails: noGuardrails(SHOWN) };

async function configFile(text?: string) {
  const environment = await temporaryHome();
  const file = new ConfigFile(environment);
  const folder = join(environment.home, '.config', 'rackdeck');
  await ensurePrivateFolder(folder);
  if (text !== undefined) await writeFile(file.path, text);
  return { file, folder };
}

describe('reading', () => {
  test.each([undefined, '', '{}', '\n'])('nothing set (%o): defaults', async (text) => {
    const { file } = await configFile(text);
    expect(await file.read()).toEqual({ settings: NOTHING_SET, problems: [] });
  });

  test('everything set', async () => {
    const { file } = await configFile(
      JSON.stringify({
        theme: 'dark',
        keys: { 'app.quit': 'x', 'table.open': ['enter', 'o'] },
        racks: { 'acme/prod': { protected: true, maxBulk: 3 }, lab: { insecure: true, readOnly: true } },
        targets: [{ kind: 'oidc' }],
        future: 1,
      }),
    );
    expect(await file.read()).toMatchObject({
      settings: {
        theme: 'dark',
        notify: 'none',
        keys: { 'app.quit': ['x'], 'table.open': ['enter', 'o'] },
        racks: new Map([
          ['acme/prod', { insecure: false, protected: true, readOnly: false }],
          ['lab', { insecure: true, protected: false, readOnly: true }],
        ]),
        guardrails: expect.objectContaining({ file: SHOWN }),
        targets: [{ kind: 'oidc' }],
      },
      problems: [],
    });
  });

  test('what holds for a rack that the file does not name: the defaults', async () => {
    const { file } = await configFile(
      JSON.stringify({ guardrails: { protected: true }, racks: { lab: { protected: false, insecure: true } } }),
    );
    const { settings } = await file.read();
    expect(rackSettings(settings, 'lab')).toEqual({ insecure: true, protected: false, readOnly: false });
    expect(rackSettings(settings, 'prod')).toEqual({ insecure: false, protected: true, readOnly: false });
    // A second `lab` turned up: both are told apart by their source, and trust is not passed on with the guard.
    expect(rackSettings(settings, 'gateway:lab')).toEqual({ insecure: false, protected: false, readOnly: false });
  });

  test.each([
    ['cut off', '{"theme":'],
    ['a list', '[]'],
  ])('malformed (%s): one sentence, defaults, and nothing may be changed', async (_name, text) => {
    const { file } = await configFile(text);
    const { settings, problems } = await file.read();
    const { guardrails, ...others } = settings;
    const { guardrails: _none, ...defaults } = DEFAULT_SETTINGS;
    expect(others).toEqual(defaults);
    expect(guardrails.defaults.problem).toMatch(/^it is not /);
    expect(rackSettings(settings, 'any')).toEqual({ insecure: false, protected: true, readOnly: true });
    expect(problems).toMatchObject([
      { kind: 'malformed', where: file.path, what: `Could not understand ${file.path}` },
    ]);
  });

  test('one bad setting leaves the others in force; a rack that cannot be read is guarded', async () => {
    const { file } = await configFile(
      JSON.stringify({ theme: 7, keys: { a: 'b' }, racks: { prod: { readOnly: 'yes' }, lab: { insecure: true } } }),
    );
    const { settings, problems } = await file.read();
    expect(settings).toMatchObject({ theme: undefined, keys: { a: ['b'] } });
    expect(settings.racks.get('prod')).toEqual({ insecure: false, protected: true, readOnly: true });
    expect(settings.racks.get('lab')).toEqual({ insecure: true, protected: false, readOnly: false });
    expect(problems.map((problem) => problem.what)).toEqual([
      expect.stringContaining('`theme`'),
      `The setting \`racks.prod.readOnly\` in ${file.path} cannot be used`,
    ]);
  });
});

describe('writing', () => {
  test('a first setting makes a private file', async () => {
    const { file, folder } = await configFile();
    await file.save({ theme: 'dark' });
    expect(JSON.parse(await readFile(file.path, 'utf8'))).toEqual({ theme: 'dark' });
    expect((await stat(file.path)).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect(await readdir(folder)).toEqual(['config.json']);
  });

  test('settings of one rack are added to what is there', async () => {
    const { file } = await configFile(JSON.stringify({ racks: { prod: { protected: true, freeze: 'x' }, lab: {} } }));
    await file.save({ racks: { prod: { readOnly: true } } });
    expect(JSON.parse(await readFile(file.path, 'utf8'))).toEqual({
      racks: { prod: { protected: true, freeze: 'x', readOnly: true }, lab: {} },
    });
  });

  test.each(['{"theme":', '[]', '"x"'])('a malformed file (%s) is never overwritten', async (text) => {
    const { file, folder } = await configFile(text);
    await expect(file.save({ theme: 'dark' })).rejects.toMatchObject({ kind: 'malformed', where: file.path });
    expect(await readFile(file.path, 'utf8')).toBe(text);
    expect(await readdir(folder)).toEqual(['config.json']);
  });

  test('what we do not know survives', async () => {
    const { file } = await configFile();
    const safeKey = fc
      .string({ minLength: 1 })
      .filter((key) => !['theme', '__proto__', 'constructor', 'prototype'].includes(key));
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(safeKey, fc.jsonValue(), { noNullPrototype: true, maxKeys: 5 }),
        async (document) => {
          const before = JSON.parse(JSON.stringify(document));
          await writeFile(file.path, JSON.stringify(before));
          await file.save({ theme: 'dark' });
          expect(JSON.parse(await readFile(file.path, 'utf8'))).toEqual({ ...before, theme: 'dark' });
        },
      ),
      { numRuns: 60 },
    );
  });
});

test('a rack called like a member of every object keeps its settings', async () => {
  const { file } = await configFile('{"racks":{"constructor":{"protected":true}}}');
  await file.save({ racks: JSON.parse('{"__proto__":{"readOnly":true},"constructor":{"readOnly":true}}') });
  expect(JSON.parse(await readFile(file.path, 'utf8'))).toEqual(
    JSON.parse('{"racks":{"constructor":{"protected":true,"readOnly":true},"__proto__":{"readOnly":true}}}'),
  );
  const { settings } = await file.read();
  expect([...settings.racks.keys()]).toEqual(['constructor', '__proto__']);
  expect(settings.racks.get('constructor')).toMatchObject({ protected: true, readOnly: true });
  expect(Object.keys(Object.prototype)).toEqual([]);
});

test('how to notify, and what it may be', async () => {
  const good = await configFile(JSON.stringify({ notify: 'osc9' }));
  expect((await good.file.read()).settings.notify).toBe('osc9');
  const bad = await configFile(JSON.stringify({ notify: 'trumpet' }));
  const { settings, problems } = await bad.file.read();
  expect([settings.notify, problems[0]?.message]).toEqual(['none', expect.stringMatching(/`bell`, `osc9` or `none`/)]);
});
