import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../src/cli/program.ts';
import { parseSince } from '../../src/cli/since.ts';
import { asFailure, Failure } from '../../src/domain/failure.ts';
import { formatGoDuration } from '../../src/protocol/go-duration.ts';
import { RESOURCES } from '../../src/resources/index.ts';
import { hostileText, textProblem } from './hostile.ts';

const WORDS = [
  ...RESOURCES.flatMap((resource) => [resource.id, ...resource.aliases]),
  ...['logs', 'doctor', 'login', 'logout', 'help', 'dashboard'],
  ...['--rack', '-r', '--app', '-a', '--demo', '--demo-apps', '--demo-processes', '--no-color', '--color', '--debug'],
  ...['--json', '--plain', '--filter', '-f', '--service', '-s', '--since', '--tail', '--no-follow', '--previous', '-p'],
  ...[
    '--rack-logs',
    '--no-browser',
    '--help',
    '-h',
    '--version',
    '-V',
    '--',
    '-',
    '--=',
    '-rx',
    '--rack=',
    '--__proto__',
  ],
  ...['--constructor', '--no-__proto__', '--toString=1', '10', '0', '-1', '1e9', 'NaN', '10m', '9'.repeat(400), ''],
];
const argument = fc.oneof(fc.constantFrom(...WORDS), hostileText, fc.string({ maxLength: 12 }));

describe('any command line', () => {
  it('is a command, a text to print or a usage failure that can be shown', () => {
    fc.assert(
      fc.property(fc.array(argument, { maxLength: 7 }), (argv) => {
        try {
          expect(parseCommandLine(argv, '1.2.3')).toHaveProperty('command');
        } catch (error) {
          if (!(error instanceof Failure)) throw error;
          expect(error.kind).toBe('usage');
          expect(error.next).toBeTruthy();
          for (const text of [error.message, error.next ?? '']) expect(textProblem(text)).toBeUndefined();
        }
      }),
      { numRuns: 400 },
    );
    expect(asFailure(undefined)).toBeInstanceOf(Failure);
  });

  it('a duration is one that a rack can read, or none', () => {
    fc.assert(
      fc.property(fc.oneof(fc.stringMatching(/^\d{1,40}(?:\.\d{1,20})?(?:ms|s|m|h|d|w)$/), fc.string()), (text) => {
        const since = parseSince(text);
        if (since !== undefined) expect(formatGoDuration(since)).toMatch(/^\d+(?:\.\d+)?(?:ms|s|m|h)[\dhms.]*$/);
      }),
    );
    expect(parseSince('9'.repeat(300).concat('w'))).toBeUndefined();
  });
});
