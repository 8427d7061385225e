import { describe, expect, it } from 'vitest';
import { parseCommandLine, programHelp } from '../../../src/cli/program.ts';
import { Failure } from '../../../src/domain/failure.ts';
import { RESOURCES } from '../../../src/resources/index.ts';

function parse(line: string) {
  return parseCommandLine(line === '' ? [] : line.split(' '), '1.2.3');
}

function refusal(line: string): Failure {
  try {
    parse(line);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error(`'${line}' was accepted`);
}

describe('parseCommandLine', () => {
  it('opens the dashboard without a command', () => {
    expect(parse('')).toMatchObject({ command: 'dashboard', common: { demo: undefined, color: true, debug: false } });
    expect(parse('--demo --rack prod')).toMatchObject({ command: 'dashboard', common: { demo: {}, rack: 'prod' } });
  });

  it.each(RESOURCES.flatMap((resource) => [resource.id, ...resource.aliases].map((name) => [name, resource.id])))(
    '%s is the view %s',
    (name, id) => {
      expect(parse(`${name} --json`)).toMatchObject({ command: 'view', view: { view: id, json: true, plain: false } });
    },
  );

  it.each(['--rack prod apps', 'apps --rack prod', 'apps -r prod'])('takes the rack on either side: %s', (line) => {
    expect(parse(line)).toMatchObject({ common: { rack: 'prod' } });
  });

  it.each(['--no-color apps', 'apps --no-color'])('takes --no-color on either side: %s', (line) => {
    expect(parse(line)).toMatchObject({ common: { color: false } });
  });

  it('sizes the demo', () => {
    expect(parse('--demo-apps 50 --demo-processes 5000 apps')).toMatchObject({
      common: { demo: { apps: 50, processes: 5000 } },
    });
  });

  it('makes one failure of the demo by name', () => {
    expect(parse('--demo-incident oom apps')).toMatchObject({ common: { demo: { incident: 'oom' } } });
    expect(refusal('--demo-incident flood apps').kind).toBe('usage');
  });

  it.each([
    ['triage', { json: false, failOn: undefined }],
    ['triage --json --fail-on warning', { json: true, failOn: 'warning' }],
  ])('%s', (line, triage) => expect(parse(line)).toMatchObject({ command: 'triage', triage }));

  it.each([
    ['bundle', { command: 'bundle', bundle: { json: false, lines: 200, out: undefined } }],
    [
      'bundle --app shop -o x.json --lines 20',
      { command: 'bundle', common: { app: 'shop' }, bundle: { out: 'x.json', lines: 20 } },
    ],
    ['record', { command: 'record', record: { out: undefined, forMs: undefined, logs: true, maxBytes: 200_000_000 } }],
    ['record --for 10m --no-logs --max-size 5', { record: { forMs: 600_000, logs: false, maxBytes: 5_000_000 } }],
    ['replay a.rec.gz', { command: 'replay', replay: { file: 'a.rec.gz', view: undefined, json: false } }],
    ['replay a.rec.gz apps --json --at 02:40', { replay: { file: 'a.rec.gz', view: 'apps', json: true, at: '02:40' } }],
    ['open prod/shop/apps?filter=x', { command: 'open', open: { address: 'prod/shop/apps?filter=x', json: false } }],
  ])('%s', (line, wanted) => expect(parse(line)).toMatchObject(wanted));

  it.each(['replay', 'open', 'record --for ever', 'bundle --lines 0'])('refuses: %s', (line) =>
    expect(refusal(line).kind).toBe('usage'),
  );

  it('refuses a threshold that is none', () => expect(refusal('triage --fail-on ok').message).toMatch(/warning/));

  it.each([
    ['logs --app shop', { source: 'app', sinceMs: 600_000, follow: true }],
    [
      'logs -a shop -s web --since 2h30m --no-follow',
      { source: 'service', name: 'web', sinceMs: 9_000_000, follow: false },
    ],
    ['logs -a shop -p web-1 --json', { source: 'process', name: 'web-1', json: true }],
    ['logs -a shop -b BABC', { source: 'build', name: 'BABC' }],
    ['logs --rack-logs --tail 20', { source: 'rack', tail: 20 }],
  ])('%s', (line, logs) => expect(parse(line)).toMatchObject({ command: 'logs', logs }));

  it('logs in and out', () => {
    expect(parse('login prod https://gw.example.com --no-browser')).toMatchObject({
      command: 'login',
      name: 'prod',
      url: 'https://gw.example.com',
      browser: false,
    });
    expect(parse('logout prod')).toMatchObject({ command: 'logout', name: 'prod' });
  });

  it('prints help of a view', () => {
    const invocation = parse('apps --help');
    expect(invocation.command).toBe('print');
    expect(invocation.command === 'print' && invocation.text).toContain('--json');
  });

  it.each([
    ['apsp', /no view or command 'apsp'/i],
    ['apps extra', /too many arguments|excess/i],
    ['--nonsense', /unknown option/i],
    ['--demo-apps many', /whole number/i],
    ['logs --since yesterday', /duration/i],
    ['logs -a x -s web -p web-1', /only one of/i],
    ['apps --rack', /argument missing/i],
  ])('refuses %s with one sentence and a next step', (line, wanted) => {
    const failure = refusal(line);
    expect(failure.kind).toBe('usage');
    expect(failure.what).toMatch(wanted);
    expect(failure.next).toBeTruthy();
  });
});

describe('programHelp', () => {
  it('names every view and the exit codes', () => {
    const help = programHelp('1.2.3');
    for (const resource of RESOURCES) expect(help).toContain(resource.id);
    expect(help).toContain('Exit codes');
  });
});
