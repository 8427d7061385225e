import { describe, expect, it, vi } from 'vitest';
import type { LogLine } from '../../../src/domain/log-line.ts';
import { parseLogLine } from '../../../src/domain/log-line.ts';
import type { LogHost } from '../../../src/ui/log/log-host.ts';
import type { DeployAnswer } from '../../../src/ui/log/log-quests.ts';
import { LogView } from '../../../src/ui/log/log-view.ts';
import { eventually } from '../../support/eventually.ts';
import { LogFollowDouble } from './log-follow-double.ts';

const NOW = new Date(2026, 2, 1, 3, 0, 0).getTime();
const MINUTE = 60_000;
const iso = (at: number) => new Date(at).toISOString();
/** A line of a process so many minutes ago. */
const line = (minutesAgo: number, process: string, text: string): Partial<LogLine> =>
  parseLogLine(`${iso(NOW - minutesAgo * MINUTE)} service/${process.split('-')[0]}/${process} ${text}`);

interface Options {
  readonly lines?: readonly Partial<LogLine>[];
  readonly capacity?: number;
  readonly width?: number;
  readonly height?: number;
  readonly colorDepth?: 0 | 2;
  readonly unicode?: boolean;
  readonly deploy?: DeployAnswer | Error;
  readonly sinceMs?: number;
}

function open(options: Options = {}) {
  const follow = new LogFollowDouble(options.capacity);
  const clock = { now: NOW };
  const view = new LogView({
    follow,
    opened: { sinceMs: options.sinceMs ?? 60 * MINUTE, follow: true },
    title: 'logs shop',
    single: false,
    look: { colorDepth: options.colorDepth ?? 0, unicode: options.unicode ?? true, screenReader: false },
    now: () => clock.now,
  });
  const lives: string[] = [];
  const saved: { name: string; lines: string[] }[] = [];
  const { deploy } = options;
  const host: LogHost = {
    ask: () => undefined,
    openText: () => undefined,
    copy: () => undefined,
    save: async (name, lines) => {
      saved.push({ name, lines: [...lines] });
      return `/tmp/${name}`;
    },
    previousLife: (process, service) => {
      lives.push(`${service ?? '-'}/${process}`);
      return undefined;
    },
    ...(deploy === undefined
      ? {}
      : { lastDeploy: () => (deploy instanceof Error ? Promise.reject(deploy) : Promise.resolve(deploy)) }),
  };
  view.attach(host);
  const rows = () => view.rows(options.width ?? 78, options.height ?? 20).map((row) => row.trimEnd());
  rows();
  follow.push(...(options.lines ?? []));
  const press = (...ids: string[]) => ids.map((id) => view.command(id.includes('.') ? id : `log.${id}`));
  const cursorText = () => follow.line(view.state.cursor)?.message ?? '';
  return { follow, view, rows, press, lives, saved, cursorText, clock, text: () => rows().join('\n') };
}

const requests = Array.from({ length: 40 }, (_, at) =>
  line(
    40 - at,
    at % 4 === 0 ? 'worker-1' : `web-${(at % 2) + 1}`,
    `path=/p${at % 3} status=${at % 5 === 0 ? 500 : 200} id=${at}`,
  ),
);

describe('processes of a merged log', () => {
  it('lists each with letter and lines; space takes one off, enter leaves it alone, a brings all back', () => {
    const { rows, press, view, follow } = open({ lines: requests });
    press('processes');
    const panel = () => rows().slice(rows().findIndex((row) => row.includes('processes: ')));
    expect(panel()[0]).toMatch(/processes: 3/);
    expect(panel()[1]).toMatch(/^> \[x\] A {2}web-2 +20 lines {2}last/);
    expect(panel().filter((row) => /^[> ] \[x\] [ABC] /.test(row))).toHaveLength(3);
    press('log.pause');
    expect(panel()[1]).toMatch(/^> \[ \] A {2}web-2/);
    expect(panel()[0]).toMatch(/processes: 2 of 3 shown/);
    expect(rows()[0]).toMatch(/20 of 40 lines/);
    follow.push(line(0, 'web-2', 'not shown'), line(0, 'web-9', 'a new one is shown'));
    expect(rows().join('\n')).not.toContain('not shown');
    expect(rows().join('\n')).toContain('a new one is shown');
    press('down', 'open');
    expect(view.state.processes).toEqual({ kind: 'only', writers: new Set(['web-1']) });
    follow.push(line(0, 'web-10', 'hidden, however new'));
    expect(rows().join('\n')).not.toContain('hidden, however new');
    press('all');
    expect(rows()[0]).toMatch(/43 lines/);
    press('app.back');
    expect(rows().join('\n')).not.toContain('[x]');
  });

  it('a process that is off is no context either', () => {
    const { view, rows, press } = open({
      lines: [line(3, 'web-1', 'before'), line(2, 'web-2', 'hit'), line(1, 'web-1', 'after')],
    });
    press('processes', 'pause', 'app.back');
    view.submit('filter', 'hit');
    press('context-more');
    expect(rows().filter((row) => /before|after/.test(row))).toEqual([]);
  });

  it('asks for the previous life of the process under the cursor, of line and of list', () => {
    const { press, lives } = open({ lines: requests });
    press('previous-life');
    press('processes', 'previous-life', 'down', 'previous-life');
    expect(lives).toEqual(['web/web-2', 'web/web-2', 'web/web-1']);
  });

  it('knows the process that Kubernetes speaks of', () => {
    const { press, lives, rows } = open({
      lines: [line(2, 'web-1', 'x'), parseLogLine(`${iso(NOW)} system/k8s/web-1 Back-off restarting`)],
    });
    press('previous-life', 'processes');
    expect(lives).toEqual(['-/web-1']);
    expect(rows().join('\n')).toMatch(/processes: 1/);
  });

  it('letters alone bring a legend; only one process is one key', () => {
    const { press, rows, view } = open({ lines: requests });
    press('prefix');
    expect(rows()[1]).toMatch(/^ {2}A web-2 {2}B worker-1|^ {2}[ABC] /);
    expect(rows().at(-1)).toMatch(/^[> ] \S+ [ABC] path=/);
    press('only');
    expect(view.state.processes.kind).toBe('only');
    expect(rows()[1]).toContain('(off)');
    press('app.back');
    expect(rows()[1]).not.toContain('(off)');
  });

  it('gives each of the first ten a colour of its own', () => {
    const many = Array.from({ length: 10 }, (_, at) => line(1, `web-${at}`, 'same'));
    const { rows } = open({ lines: many, colorDepth: 2 });
    const colours = rows()
      .slice(1, 11)
      .map((row) => /\u001b\[(38;5;\d+)m(?=web-)/.exec(row)?.[1]);
    expect(new Set(colours).size).toBe(10);
    expect(colours).not.toContain(undefined);
  });
});

describe('fields', () => {
  const counted = async (rows: () => string[]) => eventually(() => expect(rows().join('\n')).not.toContain('counting'));

  it('lists fields with their values; enter opens one and filters by its value', async () => {
    const { press, rows, view } = open({ lines: requests });
    press('fields');
    await counted(rows);
    expect(rows().join('\n')).toMatch(/\+ status +40 {2}200 32 \| 500 8/);
    while (!rows().some((row) => row.startsWith('> + status'))) press('down');
    press('right', 'down', 'down');
    expect(rows().join('\n')).toMatch(/> +8 +20% {2}## +500/);
    press('open');
    expect(view.state.filter?.text).toBe('status="500"');
    await counted(rows);
    expect(rows().join('\n')).toMatch(/fields: \d+ in 8 lines/);
    expect(rows()[0]).toMatch(/8 of 40 lines/);
  });

  it('counts what comes and forgets what falls off the buffer, only while it is open', async () => {
    const { press, rows, follow } = open({ lines: requests, capacity: 40 });
    press('fields');
    await counted(rows);
    follow.push(...Array.from({ length: 20 }, () => line(0, 'web-1', 'status=503')));
    await eventually(() => expect(rows().join('\n')).toMatch(/status +40 {2}503 20 \| 200 16 \| 500 4/));
    press('app.back');
    rows();
    const never = open({ lines: requests, capacity: 40 });
    never.follow.push(...Array.from({ length: 20 }, () => line(0, 'web-1', 'status=503')));
    const reads = [follow, never.follow].map((each) => {
      const read = vi.spyOn(each, 'line');
      for (let at = 0; at < 30; at += 1) each.push(line(0, 'web-1', 'status=503'));
      return read.mock.calls.length;
    });
    expect(reads[0]).toBe(reads[1]);
  });

  it('answers a typed query, and enter narrows the log by a value and its condition', async () => {
    const { view, rows, press } = open({ lines: requests });
    expect(view.submit('top', 'top 2 path where')).toMatch(/Write for example/);
    expect(view.typed('top', 'top 2 path where status>=')).toBeUndefined();
    expect(view.submit('top', 'top 2 path where status>=500')).toBeUndefined();
    await counted(rows);
    expect(rows().join('\n')).toMatch(/top 2 path where status>=500: 3 values in 8 lines/);
    expect(rows().filter((row) => /\d+% {2}#/.test(row))).toHaveLength(2);
    press('open');
    expect(view.state.filter?.text).toBe('status>=500 path="/p0"');
    await counted(rows);
    expect(rows()[0]).toMatch(/3 of 40 lines/);
    view.submit('top', 'top 3 nothing');
    await eventually(() => expect(rows().join('\n')).toContain('No line shown has nothing.'));
  });

  it('tells kinds of errors apart by their signature', async () => {
    const errors = Array.from({ length: 9 }, (_, at) =>
      line(9 - at, 'web-1', at % 3 === 0 ? `ERROR boom ${at}` : `ERROR no answer from 10.0.0.${at}`),
    );
    const { view, rows, press } = open({ lines: errors });
    view.submit('top', 'signature where level>=error');
    await counted(rows);
    expect(rows().join('\n')).toMatch(/6 +67% .*ERROR no answer from <n>/);
    press('open');
    expect(rows()[0]).toMatch(/6 of 9 lines/);
  });

  it('draws in ASCII where nothing else is there', async () => {
    const { rows, press } = open({ lines: [line(1, 'web-1', `msg="${'x'.repeat(150)}"`)], unicode: false, width: 60 });
    press('fields');
    await counted(rows);
    expect(rows().join('')).toMatch(/^[\u0020-\u007e]*$/);
  });
});

describe('jump to a time', () => {
  it('goes to the nearest line, shows what hides it, and says how near it is', () => {
    const { view, cursorText } = open({ lines: requests });
    expect(view.submit('jump', 'when')).toMatch(/Write a time/);
    view.submit('jump', '-10m');
    expect(cursorText()).toContain('id=30');
    expect(view.state.follow).toBe(false);
    expect(view.message()?.text).toMatch(/^At /);
    view.submit('filter', 'id=3');
    view.submit('jump', '-20m');
    expect(view.message()?.text).toMatch(/Nearest to .*, 10m later/);
  });

  it('opens the log from further back where it must, and stays there while the backlog comes', async () => {
    const { view, follow, cursorText } = open({ lines: requests, sinceMs: 10 * MINUTE });
    view.submit('jump', '-5m');
    expect(follow.restarts).toEqual([]);
    view.submit('jump', '-3h');
    expect(follow.restarts[0]?.sinceMs).toBe(182 * MINUTE);
    follow.push(line(182, 'web-1', 'first'), line(180.1, 'web-1', 'nearly'));
    follow.push(line(180, 'web-1', 'this one'), line(170, 'web-1', 'later'));
    expect(cursorText()).toBe('this one');
    follow.push(line(0, 'web-1', 'newest'));
    await eventually(() => expect(view.message()?.text).toMatch(/^At /));
    expect(cursorText()).toBe('this one');
  });

  it('waits for the lines of a log that was opened just now', async () => {
    const { view, follow, cursorText } = open({ sinceMs: 10 * MINUTE });
    view.showInstant(NOW - 5 * MINUTE);
    expect(view.message()?.text).toMatch(/^Opening the log from /);
    follow.push(line(6, 'web-1', 'before'), line(5, 'web-1', 'this one'), line(0, 'web-1', 'newest'));
    await eventually(() => expect(view.message()?.text).toMatch(/^At /));
    expect(cursorText()).toBe('this one');
    expect(view.state.follow).toBe(false);
    expect(follow.restarts).toEqual([]);
  });

  it('whoever moves on is left alone', () => {
    const { view, follow, press, cursorText } = open({ lines: requests, sinceMs: 10 * MINUTE });
    view.submit('jump', '-3h');
    follow.push(line(181, 'web-1', 'first'), line(179, 'web-1', 'second'));
    press('top');
    follow.push(line(180, 'web-1', 'exactly'), line(0, 'web-1', 'newest'));
    expect(cursorText()).toBe('first');
  });

  it('says so where the lines fell off the buffer, and where lines have no time', () => {
    const { view, follow } = open({ lines: requests, capacity: 20 });
    view.submit('jump', '-35m');
    expect(view.message()?.text).toMatch(/fell off: 20 are kept/);
    follow.restart({ sinceMs: 1, follow: true });
    follow.push('no time');
    view.submit('jump', '-5m');
    expect(view.message()?.text).toBe('No line here says when it was written');
  });
});

describe('first new error', () => {
  const deploy = { release: 'RNEW', at: NOW - 12 * MINUTE, by: 'started' } as const;
  const story = [
    line(30, 'web-1', 'ERROR timeout after 5s'),
    line(11, 'web-2', 'ERROR timeout after 9s'),
    line(10, 'web-2', 'INFO fine'),
    line(9, 'web-2', 'ERROR PaymentError: key 17 is unknown'),
    line(8, 'web-3', 'ERROR PaymentError: key 18 is unknown'),
    line(7, 'web-3', 'FATAL out of memory'),
  ];

  it('goes to the first kind of error that did not occur before, then to the next', async () => {
    const { view, press, cursorText } = open({ lines: story, deploy: { deploy } });
    view.submit('filter', 'fine');
    press('new-error');
    await eventually(() => expect(cursorText()).toContain('key 17'));
    expect(view.message()?.text).toMatch(
      /New since RNEW came up at .* \(1 of 2, E: next\): .*PaymentError.*, 2x in 2 processes/,
    );
    expect(view.state.filter).toBeUndefined();
    press('new-error');
    await eventually(() => expect(cursorText()).toContain('out of memory'));
    press('new-error');
    await eventually(() => expect(cursorText()).toContain('key 17'));
  });

  it('cuts a long error where it can be seen that it was cut', async () => {
    const long = line(9, 'web-2', `ERROR ${'could not open a session '.repeat(6)}`);
    const { view, press } = open({ lines: [line(30, 'web-1', 'INFO fine'), long], deploy: { deploy } });
    press('new-error');
    await eventually(() => expect(view.message()?.text).toMatch(/could not open a session .*…, 1x in 1 process$/));
  });

  it('reads further back first, so that there is something to compare with', async () => {
    const { view, press, follow, cursorText } = open({ lines: story, deploy: { deploy }, sinceMs: 10 * MINUTE });
    press('new-error');
    await eventually(() => expect(follow.restarts).toHaveLength(1));
    expect(follow.restarts[0]?.sinceMs).toBe(42 * MINUTE);
    follow.push(...story, line(0, 'web-1', 'now'));
    await eventually(() => expect(cursorText()).toContain('key 17'));
    expect(view.message()?.tone).toBe('critical');
  });

  it.each<[string, Options, RegExp]>([
    ['nothing new', { lines: story.slice(0, 3), deploy: { deploy } }, /No new kind of error since RNEW/],
    [
      'nothing from before',
      { lines: story.slice(1), deploy: { deploy } },
      /Cannot tell whether it is new, no line from before/,
    ],
    [
      'no deploy known',
      { lines: story, deploy: { unknown: 'no release was promoted' } },
      /Cannot tell what is new: no release was promoted/,
    ],
    [
      'a rack that does not answer',
      { lines: story, deploy: new Error('refused') },
      /Cannot tell what is new: .*refused/,
    ],
    ['a log of no app', { lines: story }, /belongs to no app/],
  ])('says so: %s', async (_name, options, wanted) => {
    const { view, press } = open(options);
    press('new-error');
    await eventually(() => expect(view.message()?.text).toMatch(wanted));
  });
});

describe('export', () => {
  it.each([
    ['visible text', '.log', 8],
    ['all', '.log', 40],
    ['json all gz', '.jsonl.gz', 40],
    ['marked json', '.jsonl', 1],
    ['screen', '.log', 8],
  ])('%s', async (text, ending, count) => {
    const { view, press, saved } = open({ lines: requests });
    view.submit('filter', 'status=500');
    press('up', 'mark');
    expect(view.submit('export', text)).toBeUndefined();
    await eventually(() => expect(saved).toHaveLength(1));
    expect(saved[0]?.name).toMatch(new RegExp(`^logs-shop-\\d{8}T\\d{6}Z\\${ending}$`));
    expect(saved[0]?.lines).toHaveLength(count);
    await eventually(() => expect(view.message()?.text).toMatch(/^Saved/));
  });

  it('writes what a line is made of as JSON, colours and other sequences left out', async () => {
    const { view, saved } = open({ lines: [line(1, 'web-1', '\u001b[31mERROR\u001b[0m status=500 __proto__=x')] });
    view.submit('export', 'json');
    await eventually(() => expect(saved).toHaveLength(1));
    expect(saved[0]?.lines[0]).toContain('"__proto__":"x"');
    expect(JSON.parse(saved[0]?.lines[0] ?? '')).toMatchObject({
      time: iso(NOW - MINUTE),
      stream: 'service/web/web-1',
      service: 'web',
      process: 'web-1',
      level: 'error',
      message: 'ERROR status=500 __proto__=x',
    });
  });

  it('says what it does not understand, and when there is nothing', async () => {
    const { view, saved } = open({ lines: requests });
    expect(view.typed('export', 'all all')).toMatch(/Write visible/);
    expect(view.submit('export', 'everything')).toMatch(/Write visible/);
    view.submit('export', 'marked');
    await eventually(() => expect(view.message()?.text).toMatch(/No line is marked/));
    expect(saved).toEqual([]);
  });
});
