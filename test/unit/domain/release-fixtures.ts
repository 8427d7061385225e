import type { Build } from '../../../src/domain/build.ts';
import type { Promote } from '../../../src/domain/promote.ts';
import type { Release } from '../../../src/domain/release.ts';

export const NOW = Date.UTC(2026, 5, 1, 3, 0, 0);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export function release(id: string, change: Partial<Release> = {}): Release {
  return {
    id,
    app: 'shop',
    build: `B${id}`,
    env: 'PORT=3000',
    manifest: 'services:\n  web:\n    scale: {memory: 512}\n',
    description: '',
    createdAt: NOW - HOUR,
    ...change,
  };
}

export function build(id: string, change: Partial<Build> = {}): Build {
  return {
    id,
    app: 'shop',
    description: '',
    entrypoint: '',
    gitSha: '',
    logs: '',
    manifest: '',
    process: '',
    release: '',
    reason: '',
    repository: '',
    status: 'complete',
    startedAt: NOW - HOUR,
    endedAt: NOW - HOUR + MINUTE,
    ...change,
  };
}

export function promote(id: string, ago: number, by?: string): Promote {
  return { release: id, at: NOW - ago, by, source: 'audit' };
}
