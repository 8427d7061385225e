import type { NewSignature } from '../../../../src/domain/log-errors.ts';
import { parseLogLine } from '../../../../src/domain/log-line.ts';
import { MINUTE, NOW } from './fixtures.ts';

export function newSignature(signature: string, count: number): NewSignature {
  return {
    signature,
    level: 'error',
    count,
    first: parseLogLine(`2026-06-01T02:58:00Z service/web/web-1 ${signature}`),
    firstIndex: 0,
    firstAt: NOW - 2 * MINUTE,
    lastAt: NOW - MINUTE,
    processes: 1,
    services: ['web'],
  };
}
