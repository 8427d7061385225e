import { describe, expect, it } from 'vitest';
import { Failure } from '../../../../src/domain/failure.ts';
import type { TargetListing } from '../../../../src/targets/target.ts';
import { pasteText } from '../../../../src/ui/shell/press-key.ts';
import { FakeSession } from '../fake-deck.ts';
import { createWorld, EMPTY_LISTING, fakeLogin, MINUTE, NIGHT, sampleReads, type World } from '../sample-world.ts';

function firstRun(services: Parameters<typeof createWorld>[0] = {}) {
  const login = fakeLogin();
  const asked: unknown[] = [];
  const world = createWorld({
    sessions: () => [],
    ...services,
    services: {
      login: (target) => {
        asked.push(target);
        return login.flow;
      },
      ...services.services,
    },
  });
  return { world, login, asked };
}

describe('first run', () => {
  it('says what was looked for and what to do', () => {
    const { world } = firstRun({
      services: {
        searchedPlaces: [{ place: '~/.config/rack-gateway/config.json', outcome: 'no such file' }],
        listing: () => ({
          ...EMPTY_LISTING,
          problems: [new Failure({ kind: 'malformed', what: 'RACK_URL is no address', next: 'Write https://...' })],
        }),
      },
    });
    for (const text of [
      'No rack is configured yet',
      '~/.config/rack-gateway/config.json',
      'no such file',
      '! RACK_URL is no address. Write https://...',
      'RACK_URL=https://',
      'log in to a rack gateway',
      'demo',
    ]) {
      expect(world.text()).toContain(text);
    }
  });

  it('d opens the demo and goes on to the board', async () => {
    const { world } = firstRun();
    const open = async (): Promise<TargetListing> => {
      world.deck.sessions.set([new FakeSession({ name: 'demo', now: () => world.clock, reads: sampleReads() })]);
      return EMPTY_LISTING;
    };
    Object.assign(world.dashboard.services, { openDemo: open });
    world.press('d');
    await world.settle();
    expect(world.screen()[0]).toContain('board');
    expect(world.text()).toContain('shop');
  });

  it('d says how where it cannot', () => {
    const { world } = firstRun();
    world.press('d');
    expect(world.screen().at(-1)).toContain('rackdeck --demo');
  });

  it('r looks again and says what was found', async () => {
    const { world } = firstRun({ services: { reloadTargets: async () => EMPTY_LISTING } });
    world.press('r');
    await world.settle();
    expect(world.screen().at(-1)).toContain('Still no rack found');
  });

  it('help and quit work', async () => {
    const { world } = firstRun();
    world.press('?');
    expect(world.text()).toContain('open the demo');
    world.press('escape', 'q');
    await expect(world.dashboard.finished).resolves.toEqual({ reason: 'quit' });
  });
});

describe('login form', () => {
  it.each<[string, string, RegExp]>([
    ['', '', /Give the rack a name/],
    ['a b', '', /A name takes letters/],
  ])('name %j: %s', (name, _url, sentence) => {
    const { world } = firstRun();
    world.press('l');
    world.type(name);
    world.press('enter');
    expect(world.text()).toMatch(sentence);
  });

  it.each<[string, RegExp]>([
    ['nonsense', /That is no address/],
    ['ftp://x', /begins with https/],
    ['https://user:secret@host', /Leave user and password out/],
  ])('address %j is refused', (url, sentence) => {
    const { world, asked } = firstRun();
    world.press('l');
    world.type('prod');
    world.press('enter', 'ctrl+u');
    world.type(url);
    world.press('enter');
    expect(world.text()).toMatch(sentence);
    expect(asked).toEqual([]);
  });

  it('takes a pasted address in place of the example', () => {
    const { world, asked } = firstRun();
    world.press('l');
    world.type('prod');
    world.press('tab');
    pasteText(world.dashboard, 'https://gateway.example.com\n');
    world.press('enter');
    expect(asked).toEqual([{ name: 'prod', url: 'https://gateway.example.com' }]);
  });
});

function begin() {
  const run = firstRun();
  run.world.press('l');
  run.world.type('prod');
  run.world.press('tab');
  pasteText(run.world.dashboard, 'https://gateway.example.com');
  run.world.press('enter');
  return run;
}

const BROWSER = {
  step: 'browser',
  url: 'https://gateway.example.com/login?state=abc',
  opened: true,
  expiresAt: NIGHT + 5 * MINUTE,
} as const;

describe('login', () => {
  it('shows each step, with the time that is left', () => {
    const { world, login } = begin();
    expect(world.text()).toContain('Asking the server how to log in');
    login.set(BROWSER);
    expect(world.text()).toContain('https://gateway.example.com/login?state=abc');
    expect(world.text()).toContain('5m left');
    world.clock += 2 * MINUTE;
    world.dashboard.tick();
    expect(world.text()).toContain('3m left');
    login.set({ ...BROWSER, opened: false, userCode: 'ABCD-EFGH' });
    expect(world.text()).toContain('Open this address in a browser');
    expect(world.text()).toContain('ABCD-EFGH');
  });

  it('copies the address and sends a typed code', () => {
    const { world, login } = begin();
    login.set(BROWSER);
    world.press('ctrl+y');
    expect(world.copied).toEqual([BROWSER.url]);
    world.type('123 456');
    world.press('enter');
    expect(login.codes).toEqual(['123456']);
  });

  it('shows why a code was refused and takes another', async () => {
    const { world, login } = begin();
    login.set(BROWSER);
    Object.assign(login.flow, {
      submitCode: async () => {
        throw new Failure({ kind: 'forbidden', what: 'The code is wrong', why: 'it may have expired' });
      },
    });
    world.type('000000');
    world.press('enter');
    await world.settle();
    expect(world.text()).toContain('! The code is wrong: it may have expired');
    expect(world.text()).not.toContain('000000');
  });

  it('esc cancels it on both sides', () => {
    const { world, login } = begin();
    login.set(BROWSER);
    world.press('escape');
    expect(login.cancelled()).toBe(true);
    expect(world.dashboard.state.overlay).toBeUndefined();
    expect(world.screen().at(-1)).toContain('Login cancelled');
  });

  it('explains a failure, and enter brings the form back with what was typed', async () => {
    const { world, login } = begin();
    const failure = new Failure({
      kind: 'forbidden',
      what: 'Your account is locked',
      why: 'by an admin',
      next: 'Ask one.',
    });
    login.set({ step: 'failed', failure });
    await world.settle();
    for (const text of ['x Your account is locked', 'by an admin', 'Ask one.']) expect(world.text()).toContain(text);
    world.press('enter');
    expect(world.text()).toContain('https://gateway.example.com');
  });

  it('ends on the board of the rack', async () => {
    const { world, login } = begin();
    const session = new FakeSession({ name: 'prod', now: () => world.clock, reads: sampleReads() });
    Object.assign(world.dashboard.services, {
      reloadTargets: async () => {
        world.deck.sessions.set([session]);
        return EMPTY_LISTING;
      },
    });
    login.set({ step: 'done', email: 'ann@example.com', targetName: 'prod' });
    await world.settle();
    expect(world.dashboard.state.overlay).toBeUndefined();
    expect(world.screen()[0]).toContain('board');
    expect(world.screen().at(-1)).toContain('Logged in to prod as ann@example.com');
    expect(session.reconnects).toBe(1);
  });

  it('logs in to the rack that asks for it, in place', async () => {
    const login = fakeLogin();
    const asked: unknown[] = [];
    const world = createWorld({
      sessions: (now) => [
        new FakeSession({
          name: 'prod',
          kind: 'gateway',
          now,
          reads: sampleReads(),
          target: { login: { kind: 'gateway', url: 'https://gateway.example.com' } },
        }),
      ],
      services: {
        start: { view: 'processes' },
        login: (target) => {
          asked.push('id' in target ? target.id : target);
          return login.flow;
        },
      },
    });
    await world.settle();
    const failure = new Failure({ kind: 'not-logged-in', what: 'Your session has expired' });
    world.sessions[0]?.link.set({ kind: 'logged-out', failure });
    world.press('L');
    expect(asked).toEqual(['gateway:prod']);
    login.set({ step: 'done', email: 'ann@example.com', targetName: 'prod' });
    await world.settle();
    expect(world.text()).toContain('web-6d9f-x2x4q');
    expect(world.screen()[0]).toContain('processes');
  });

  it('says what to do where there is nothing to log in to', async () => {
    const world = createWorld({
      sessions: (now) => [new FakeSession({ name: 'prod', now, reads: sampleReads() })],
    });
    await world.settle();
    const failure = new Failure({ kind: 'not-logged-in', what: 'Wrong password' });
    world.sessions[0]?.link.set({ kind: 'logged-out', failure });
    world.press('L');
    expect(world.screen().at(-1)).toContain('prod has nothing to log in to');
  });
});

describe('an address as people give it', () => {
  const address = (world: World): string => world.screen().find((row) => row.includes('Address')) ?? '';

  async function form(): Promise<{ world: World; asked: unknown[] }> {
    const asked: unknown[] = [];
    const world = createWorld({
      sessions: () => [],
      services: {
        login: (request) => {
          asked.push(request);
          return fakeLogin().flow;
        },
      },
    });
    await world.settle();
    world.press('l', ...'prod', 'enter');
    return { world, asked };
  }

  it.each([
    ['typed over the scheme that stands there', 'http://localhost:8447', 'http://localhost:8447'],
    ['with another case', 'HTTPS://gateway.example.com', 'HTTPS://gateway.example.com'],
  ])('%s has one scheme', async (_what, typed, sent) => {
    const { world, asked } = await form();
    world.press(...typed);
    expect(address(world)).toContain(`Address  ${sent}`);
    world.press('enter');
    expect(asked).toEqual([{ name: 'prod', url: sent }]);
  });

  it.each(['gateway.example.com', 'gateway.example.com/', 'localhost:8447', '10.0.0.7:8443'])(
    '%s needs no scheme',
    async (typed) => {
      const { world, asked } = await form();
      world.press('ctrl+u', ...typed, 'enter');
      expect(asked).toEqual([{ name: 'prod', url: `https://${typed}` }]);
    },
  );

  it('is there again after the form or the login was left, until a login is through', async () => {
    const { world } = await form();
    world.press(...'gateway.example.com', 'escape', 'l');
    expect(address(world)).toContain('https://gateway.example.com');
    world.press('enter', 'escape');
    expect(world.dashboard.state.overlay).toBeUndefined();
    world.press('l');
    expect(address(world)).toContain('https://gateway.example.com');
    expect(world.text()).toContain('prod');
  });
});

describe('a login in a low terminal', () => {
  it('still says how to leave it', async () => {
    const { flow, set } = fakeLogin();
    const world = createWorld({ columns: 60, rows: 15, sessions: () => [], services: { login: () => flow } });
    await world.settle();
    world.press('l', ...'prod', 'enter', ...'gateway.example.com', 'enter');
    const url = `https://id.example.com/auth?${'x'.repeat(400)}`;
    set({ step: 'browser', url, opened: false, expiresAt: NIGHT + 9 * MINUTE, userCode: undefined });
    expect(world.screen().at(-1)).toContain('esc cancel');
    expect(world.screen()).toHaveLength(15);
  });
});
