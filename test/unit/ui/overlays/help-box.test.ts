import { describe, expect, it } from 'vitest';
import { helpBox } from '../../../../src/ui/overlays/help-box.ts';
import { lineText } from '../../../../src/ui/text/line.ts';
import { createWorld, type World } from '../sample-world.ts';

async function onProcesses(columns: number): Promise<World> {
  const world = createWorld({ columns, services: { start: { view: 'processes' } } });
  await world.settle();
  world.press('enter', 'escape');
  return world;
}

const help = (world: World): readonly string[] => helpBox(world.dashboard).lines.map(lineText);
/** The half of a help line that holds `text`, as key and words. */
const entryOf = (lines: readonly string[], text: string): string =>
  lines.flatMap((line) => line.split(/ {3,}/)).find((part) => part.includes(text)) ?? '';

describe('help box', () => {
  it.each([80, 100, 120, 200])('keeps keys and words apart at %i columns', async (columns) => {
    const lines = help(await onProcesses(columns));
    const starts = ['rows with this text', 'regular expression', 'more than 1 GiB', 'this word in a column'].map(
      (words) => lines.find((line) => line.includes(words))?.indexOf(words),
    );
    expect(new Set(starts).size).toBe(1);
    expect(starts[0]).toBeGreaterThan(0);
  });

  it('numbers the columns as the number keys count them: those that are drawn', async () => {
    const world = await onProcesses(80);
    const lines = help(world);
    const drawn = (world.screen().find((row) => row.includes('STATUS')) ?? '').trim().split(/\s+/);
    drawn.forEach((header, at) => {
      expect(lines.join('\n')).toMatch(new RegExp(`\\b${at + 1} +${header.replace(/\W+$/, '').toLowerCase()}\\b`));
    });
    expect(entryOf(lines, 'command')).toBe('command (no room)');
    const at = drawn.findIndex((header) => header.startsWith('AGE')) + 1;
    world.press(`${at}`);
    expect(world.screen().at(-2)).toMatch(/age [↓↑]/);
  });
});
