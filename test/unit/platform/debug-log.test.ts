import { readdir, readFile, stat, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { openDebugLog, wantsDebugLog } from '../../../src/platform/debug-log.ts';
import { temporaryHome } from './support.ts';

test.each([
  [{}, false, false],
  [{}, true, true],
  [{ RACKDECK_DEBUG: '1' }, false, true],
  [{ RACKDECK_DEBUG: '0' }, false, false],
  [{ RACKDECK_DEBUG: '' }, false, false],
])('%o, flag %s: %s', async (env, flag, expected) => {
  expect(wantsDebugLog(await temporaryHome(env), flag)).toBe(expected);
});

test('lines are JSON in a private file; secrets are not in them', async () => {
  const environment = await temporaryHome();
  const log = await openDebugLog(environment);
  log.write('request', { method: 'GET', path: '/apps', status: 200, ms: 12 });
  log.write('opened https://convox:hunter2@api.example.com/x?code=hunter2', {
    accessToken: 'hunter2',
    header: 'Authorization: Bearer hunter2.totp.1',
    text: 'rgw_hunter2= and eyJhbGciOiJIUzI1NiJ9.hunter2.hunter2',
    url: 'https://idp.example.com/authorize?state=hunter2',
  });
  await log.close();
  const path = log.path ?? '';
  const lines = (await readFile(path, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatchObject({ msg: 'request', method: 'GET', path: '/apps', status: 200, ms: 12 });
  expect(JSON.stringify(lines)).not.toContain('hunter2');
  expect(lines[1].msg).toContain('api.example.com');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
});

test('is continued, and put aside when it has grown large', async () => {
  const environment = await temporaryHome();
  for (const event of ['first', 'second']) {
    const log = await openDebugLog(environment);
    log.write(event);
    await log.close();
  }
  const log = await openDebugLog(environment);
  await log.close();
  const path = log.path ?? '';
  expect((await readFile(path, 'utf8')).trim().split('\n')).toHaveLength(2);
  await truncate(path, 11 * 1_048_576);
  await (await openDebugLog(environment)).close();
  expect(await readdir(dirname(path))).toEqual(['debug.log', 'debug.log.1']);
  expect((await stat(path)).size).toBe(0);
});
