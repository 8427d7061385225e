import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { buildVersion } from '../../../src/platform/build-info.ts';

test('without a build the version is the one of package.json', async () => {
  const { version } = JSON.parse(await readFile(new URL('../../../package.json', import.meta.url), 'utf8'));
  expect(await buildVersion()).toBe(version);
});
