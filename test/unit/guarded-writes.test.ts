import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));

/** The only two that change something: what a person confirmed, and a step of a guide. */
const CHANGERS = ['actions/pipeline.ts', 'actions/run-budget.ts', 'actions/run-execution.ts', 'guides/runner.ts'];

/** Who may speak of a guard at all: those who define it, put it before a request, or hand it on. */
const KNOWS_THE_GUARD = [
  ...CHANGERS,
  'actions/change-budget.ts',
  'live/create-rack-session.ts',
  'live/rack-session.ts',
  'guides/guide-door.ts',
  'main/guide-door.ts',
  'main/world.ts',
];

interface Source {
  readonly file: string;
  readonly text: string;
}

function sources(folder: string): Source[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    const file = relative(SRC, path).split(sep).join('/');
    // Comments may say what code may not.
    const text = /\.tsx?$/.test(entry.name) ? readFileSync(path, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '') : '';
    return text === '' ? [] : [{ file, text }];
  });
}

const SOURCES = sources(SRC);

function using(pattern: RegExp, allowed: (file: string) => boolean): string[] {
  return SOURCES.filter(({ file, text }) => !allowed(file) && pattern.test(text)).map(({ file }) => file);
}

const inFolder =
  (...folders: string[]) =>
  (file: string) =>
    folders.some((folder) => file.startsWith(`${folder}/`));

describe('nothing changes a rack but through the guard', () => {
  it('reads the tree at all', () => {
    expect(SOURCES.length).toBeGreaterThan(300);
    expect(SOURCES.map(({ file }) => file)).toContain('protocol/guarded-calls.ts');
  });

  it('writes are asked for by the pipeline and by guides alone', () => {
    // The session, and the door of a guide, hand the call on to their connection.
    const passesOn = (file: string) => file === 'live/create-rack-session.ts' || file === 'main/guide-door.ts';
    expect(using(/\.writes\(/, (file) => CHANGERS.includes(file) || passesOn(file))).toEqual([]);
  });

  it('guards are made, implemented and named where they belong', () => {
    const known = (file: string) => KNOWS_THE_GUARD.includes(file) || inFolder('protocol', 'targets')(file);
    expect(using(/\bMutationGuard\b/, known)).toEqual([]);
    expect(using(/\bimplements\b[^{]*\bMutationGuard\b/, (file) => file === 'actions/change-budget.ts')).toEqual([]);
    expect(using(/new ChangeBudget\(/, (file) => CHANGERS.includes(file))).toEqual([]);
    const admits = (file: string) => file === 'actions/change-budget.ts' || inFolder('protocol', 'simulator')(file);
    expect(using(/\badmit\s*[:(]/, admits)).toEqual([]);
  });

  it('only writers and sockets stand behind a guard, and only the root makes them', () => {
    const factories = /\bcreate(?:RackWriter|GatewayWriter|RackSockets)\(/;
    expect(using(factories, (file) => file === 'main/world.ts' || inFolder('protocol')(file))).toEqual([]);
    expect(using(/\bguardedCalls\(/, inFolder('protocol'))).toEqual([]);
  });

  /** Requests that are no GET and need no guard: they log in, and change nothing on a rack. */
  it('no other client sends anything but reads', () => {
    const methods = /method: '(?:POST|PUT|DELETE|PATCH)'/;
    const writers = [
      'protocol/rack-write-routes.ts',
      'protocol/gateway-write-client.ts',
      'protocol/kubernetes-client.ts',
    ];
    const logins = [
      'protocol/gateway-client.ts',
      'protocol/gateway-login.ts',
      'protocol/session-challenge.ts',
      // A list of what a gateway passes on.
      'protocol/gateway-routes.ts',
    ];
    expect(using(methods, (file) => [...writers, ...logins].includes(file) || inFolder('simulator')(file))).toEqual([]);
    const ofGateway = SOURCES.find(({ file }) => file === 'protocol/gateway-client.ts')?.text ?? '';
    expect(ofGateway.match(/method: 'POST', pattern: '[^']+'/g)).toEqual([
      "method: 'POST', pattern: '/auth/mfa/verify'",
    ]);
  });
});
