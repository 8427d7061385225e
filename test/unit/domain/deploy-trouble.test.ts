import { expect, test } from 'vitest';
import { deployTrouble, type TroubleNow } from '../../../src/domain/deploy-trouble.ts';
import { parseLogLine } from '../../../src/domain/log-line.ts';
import { process } from '../live/fake-rack.ts';

const line = (pod: string, message: string) => parseLogLine(`2026-09-01T12:00:00Z service/web/${pod} ${message}`);
const usual = Array.from({ length: 30 }, (_, index) =>
  line('web-6d9f7c5b8-old11', index % 10 === 0 ? 'ERROR TimeoutError: upstream' : 'GET / 200'),
);
const old = process('web-6d9f7c5b8-old11', { release: 'ROLD' });
const fresh = process('web-7f9f7c5b8-new22', { release: 'RNEW' });

const now = (change: Partial<TroubleNow> = {}): TroubleNow => ({
  release: 'RNEW',
  processes: [fresh],
  lines: [],
  crashes: { before: 0, since: 0 },
  sinceMs: 60_000,
  ...change,
});
const look = (change: Partial<TroubleNow>, before = { processes: [old], lines: usual }) =>
  deployTrouble(before, now(change));
const times = (count: number, message: string, pod = fresh.id) =>
  Array.from({ length: count }, () => line(pod, message));

test('nothing new is no trouble', () => {
  const lines = times(9, 'ERROR TimeoutError: upstream');
  expect(look({ lines })).toEqual({
    trouble: undefined,
    words: 'No more crashes and no new errors than before in 60s.',
  });
});

test.each<[string, Partial<TroubleNow>, string]>([
  [
    'crashed processes',
    { processes: [fresh, { ...fresh, id: 'web-7f9f7c5b8-new33', status: 'crashed' }] },
    '1 of 2 web on RNEW crashed, none before it',
  ],
  ['crashes that were seen', { crashes: { before: 1, since: 3 } }, '3 crashes since, 1 in the same time before'],
  [
    'a new error, often',
    { lines: times(3, 'ERROR KeyError: password=hunter2 missing') },
    'an error that did not occur before, 3 times: ERROR KeyError: password=(hidden) missing',
  ],
  [
    'a fatal one, once',
    { lines: times(1, 'FATAL out of file handles') },
    'an error that did not occur before, 1 time: FATAL out of file handles',
  ],
])('%s', (_name, change, trouble) => {
  expect(look(change).trouble).toBe(trouble);
});

test.each<[string, Partial<TroubleNow>]>([
  ['a new error that is seldom', { lines: times(2, 'ERROR KeyError: missing') }],
  [
    'errors that the old processes write, too',
    { lines: [...times(5, 'ERROR Closing'), ...times(1, 'ERROR Closing', old.id)] },
  ],
  ['as many crashes as before', { crashes: { before: 2, since: 2 } }],
  ['crashes of the old release', { processes: [fresh, { ...old, status: 'crashed' }] }],
])('%s is none', (_name, change) => {
  expect(look(change).trouble).toBeUndefined();
});

test('a service that crashed before as well is no news', () => {
  const before = { processes: [{ ...old, status: 'crashed' }], lines: usual };
  expect(look({ processes: [{ ...fresh, status: 'crashed' }] }, before).trouble).toBeUndefined();
});

test('without a log from before errors are not judged, and that is said', () => {
  const { trouble, words } = look({ lines: times(9, 'ERROR New') }, { processes: [old], lines: [] });
  expect(trouble).toBeUndefined();
  expect(words).toContain('the log before it could not be compared');
});
