import { afterEach, describe, expect, it } from 'vitest';
import { Terminal, type TerminalOptions } from '../support/terminal.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function open(options: TerminalOptions): Terminal {
  const terminal = Terminal.open(options);
  cleanUps.push(() => terminal.close());
  return terminal;
}

async function onRack(terminal: Terminal, rack: string, guide: string): Promise<void> {
  await terminal.waitFor(/\d+ racks?|racks +\d|live/);
  terminal.press(':', ...rack, 'enter');
  await terminal.waitFor(new RegExp(`${rack} > apps`));
  terminal.press(':', ...guide);
  await terminal.waitFor(new RegExp(`> ${guide} +\\(${rack}\\)`));
  terminal.press('enter');
  await terminal.waitFor(new RegExp(`guides > ${guide}`));
}

// At 200x60 the golden frames hold the layout.
describe.each([[80, 24]])('guided migrations at %ix%i', (columns, rows) => {
  const demo = { args: ['--demo'], columns, rows };

  it('shows a hazard with its way out, and nothing can be applied behind it', async () => {
    const terminal = open(demo);
    await onRack(terminal, 'acme/eu', 'access-entries');
    // The step in the way is at hand without a key.
    const screen = await terminal.waitFor(/> x blocked +The rack knows the parameter/);
    await terminal.waitFor(/> Next: Update the rack to 3\.24\.7 or later first\./);
    expect(screen).toMatch(/\+ ok +Who AWS takes you for/);
    expect(screen).toMatch(/- not reached +Set eks_access_entries=true/);
    terminal.press('j', 'j', 'j', 'j');
    await terminal.waitFor(/> - not reached +Set eks_access_entries=true/);
    terminal.press('a');
    await terminal.waitFor(/first\s+"The\s+rack\s+knows\s+the\s+parameter"/);
    expect(terminal.screen()).not.toMatch(/waits for you/);
  });

  it('greys apply with the reason while read-only is on', async () => {
    const terminal = open({ args: ['--demo', '--read-only'], columns, rows });
    await onRack(terminal, 'staging', 'console-role');
    await terminal.waitFor(/x Add ConsoleRole to aws-auth: .*read-only/i);
    terminal.press('a');
    await terminal.waitFor(/Add ConsoleRole to aws-auth: .*--read-only/);
    expect(terminal.screen()).not.toMatch(/waits for you/);
  });
});

describe('without colour and beyond ASCII', () => {
  it('says every state in words and draws nothing else than ASCII', async () => {
    const terminal = open({ args: ['--demo'], env: { NO_COLOR: '1', LANG: 'C', LC_ALL: 'C' } });
    await onRack(terminal, 'staging', 'console-role');
    const screen = await terminal.waitFor(/6 of 7 done/);
    expect(screen).toMatch(/> ! to do +next ConsoleRole in aws-auth/);
    expect(terminal.colouredCells()).toBe(0);
    expect(screen).toMatch(/\+ not needed +Access entry of ConsoleRole/);
    expect(screen).toMatch(/^[\n -~]*$/);
  });
});
