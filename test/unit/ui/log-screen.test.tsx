import { render } from 'ink-testing-library';
import { expect, it } from 'vitest';
import { LogView } from '../../../src/ui/log/log-view.ts';
import { TextView } from '../../../src/ui/text/text-view.ts';
import { LogScreen, TextScreen } from '../../support/drawn-by-ink.tsx';
import { eventually } from '../../support/eventually.ts';
import { LogFollowDouble } from './log-follow-double.ts';

it('the log screen draws what the view says, when it says so, in as many rows as it was given', async () => {
  const follow = new LogFollowDouble();
  const view = new LogView({
    follow,
    opened: { sinceMs: 60_000, follow: true },
    title: 'logs shop',
    single: true,
    look: { colorDepth: 1, unicode: true, screenReader: false },
    now: () => 0,
  });
  const screen = render(<LogScreen view={view} width={50} height={6} />);
  const lines = () => (screen.lastFrame() ?? '').split('\n');
  expect(lines()).toHaveLength(6);
  follow.push('one', '\u001b[32mtwo\u001b[0m', '', 'four');
  await eventually(() => expect(lines()).toHaveLength(6));
  await eventually(() => expect(lines()[2]).toBe('  \u001b[32mtwo\u001b[39m'));
  expect(lines()[4]).toBe('  four');
  const frames = screen.frames.length;
  view.submit('search', 'four');
  await eventually(() => expect(lines()[4]).toContain('\u001b[7mfour\u001b[27m'));
  expect(screen.frames.length).toBeGreaterThan(frames);
  screen.rerender(<LogScreen view={view} width={50} height={3} />);
  expect(lines()).toHaveLength(3);
  expect(lines().join()).toContain('four');
  screen.unmount();
  view.dispose();
  expect(follow.listeners).toBe(0);
});

it('the text screen draws what the view says in as many rows as it was given', async () => {
  const view = new TextView({ lines: ['one', '', 'three'], look: { colorDepth: 0, unicode: true } });
  const screen = render(<TextScreen view={view} width={20} height={4} />);
  expect(screen.lastFrame()).toBe('> one\n\n  three\n');
  view.command('text.bottom');
  await eventually(() => expect(screen.lastFrame()).toBe('  one\n\n> three\n'));
  screen.unmount();
});
