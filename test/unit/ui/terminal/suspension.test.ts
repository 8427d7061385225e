import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { DashboardServices } from '../../../../src/ui/dashboard-services.ts';
import { createFrameOutput } from '../../../../src/ui/terminal/frame-output.ts';
import { Suspension } from '../../../../src/ui/terminal/suspension.ts';
import { TerminalLoan } from '../../../../src/ui/terminal/terminal-loan.ts';
import { FakeDeck } from '../fake-deck.ts';

const SIZE = { columns: 80, rows: 24 };

function suspended() {
  const log: string[] = [];
  const deck = new FakeDeck([]);
  const terminal = new TerminalLoan();
  const stdout = Object.assign(new PassThrough(), SIZE);
  stdout.on('data', (data) => log.push(JSON.stringify(String(data))));
  const look = { colorDepth: 0, unicode: true, screenReader: false };
  const services = { deck, terminal, look, stdout } as unknown as DashboardServices;
  const output = createFrameOutput(stdout, SIZE);
  output.begin();
  const suspension = new Suspension(services, output, ({ columns }) => log.push(`resize ${columns}`));
  suspension.repaint = () => log.push('repaint');
  // As Ink does: the screen is left, the work is done, the screen is back.
  const disconnect = suspension.onSuspender(async (work) => {
    log.push('left');
    try {
      await work();
    } finally {
      log.push('back');
    }
  });
  log.length = 0;
  return { log, deck, terminal, suspension, disconnect };
}

const AUTO_WRAP_ON = '"\\u001b[?7h"';
const AUTO_WRAP_OFF = '"\\u001b[?7l"';

describe('giving the terminal away', () => {
  it('leaves the screen, hands over a terminal as it usually is, comes back and paints anew', async () => {
    const { log, deck, terminal } = suspended();
    await terminal.lend(async () => void log.push('work'));
    expect(log).toEqual(['left', AUTO_WRAP_ON, 'work', AUTO_WRAP_OFF, 'back', 'repaint']);
    expect(deck.visibilities).toEqual(['hidden', 'visible']);
  });

  it('comes back whole when what had the terminal breaks, and passes the reason on', async () => {
    const { log, deck, terminal, suspension } = suspended();
    const broken = terminal.lend(async () => {
      throw new Error('the socket died');
    });
    await expect(broken).rejects.toThrow('the socket died');
    expect(log).toEqual(['left', AUTO_WRAP_ON, AUTO_WRAP_OFF, 'back', 'repaint']);
    expect(deck.visibilities).toEqual(['hidden', 'visible']);
    expect(suspension.holds(SIZE)).toBe(false);
  });

  it('keeps a new size until the terminal is back', async () => {
    const { log, terminal, suspension } = suspended();
    await terminal.lend(async () => {
      expect(suspension.holds({ columns: 100, rows: 40 })).toBe(true);
      expect(suspension.holds({ columns: 120, rows: 50 })).toBe(true);
    });
    expect(log.slice(-3)).toEqual(['back', 'resize 120', 'repaint']);
  });

  it('simply runs where nobody draws, before and after the dashboard', async () => {
    const { log, terminal, disconnect } = suspended();
    disconnect();
    await terminal.lend(async () => void log.push('work'));
    expect(log).toEqual(['work']);
  });
});
