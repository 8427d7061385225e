import { describe, expect, test } from 'vitest';
import { isDowngrade, updateProblem, versionProblem } from '../../../src/domain/rack-update-rules.ts';
import { parseVersion } from '../../../src/domain/version.ts';

function problem(from: string, to: string, options: { force?: boolean; router?: string } = {}): string {
  const parameters = options.router === undefined ? {} : { router_type: options.router };
  return updateProblem({ from: parseVersion(from), to, parameters, force: options.force ?? false }) ?? '';
}

describe('rack updates', () => {
  test.each([
    ['3.24.6', '3.24.9', {}, ''],
    ['3.23.9', '3.24.0', {}, ''],
    ['3.24.9', '3.24.9', {}, 'already'],
    ['3.24.9', '3.23.9', {}, 'Downgrade from minor version is not supported'],
    ['3.24.9', '3.23.9', { force: true }, 'Downgrade from minor version is not supported'],
    ['3.24.9', '3.24.6', {}, ''],
    ['3.24.9', '3.24.6', { router: 'contour' }, 'contour'],
    ['3.24.6', '3.24.9', { router: 'contour' }, ''],
    ['3.20.1', '3.24.9', {}, 'update to 3.21 first'],
    ['3.20.1', '3.24.9', { force: true }, ''],
    ['3.24.9', '4.0.0', { force: true }, 'major version'],
    ['20260418101514', '20260601120000', {}, ''],
    ['20260418101514', '3.24.9', {}, 'does not become a v3 rack'],
    ['dev', '3.24.9', {}, ''],
  ])('%s to %s %j: %s', (from, to, options, expected) => {
    if (expected === '') expect(problem(from, to, options)).toBe('');
    else expect(problem(from, to, options)).toContain(expected);
  });

  test.each([
    ['3.24.9', undefined],
    [' 3.24.9 ', undefined],
    ['20260418101514', undefined],
    ['3.24', 'A version is like'],
    ['latest', 'A version is like'],
    ['', 'A version is like'],
  ])('%j as a version: %s', (text, expected) => {
    if (expected === undefined) expect(versionProblem(text)).toBeUndefined();
    else expect(versionProblem(text)).toContain(expected);
  });

  test.each([
    ['3.24.9', '3.24.8', true],
    ['3.24.9', '3.24.10', false],
    ['3.9.0', '3.10.0', false],
    ['20260418101514', '20250418101514', true],
  ])('%s to %s is a downgrade: %s', (from, to, expected) => {
    expect(isDowngrade(parseVersion(from), parseVersion(to))).toBe(expected);
  });
});
