import { describe, expect, it } from 'vitest';
import type { DashboardServices } from '../../../../src/ui/dashboard-services.ts';
import { createFrameOutput } from '../../../../src/ui/terminal/frame-output.ts';

const BEGIN = '\u001b[?2026h';
const END = '\u001b[?2026l';

function sink() {
  const writes: string[] = [];
  const target = {
    columns: 80,
    rows: 24,
    isTTY: true,
    writable: true,
    destroyed: false,
    writableEnded: false,
    writableLength: 0,
    write: (text: string, done?: () => void) => {
      writes.push(text);
      done?.();
      return true;
    },
  };
  return {
    writes,
    output: createFrameOutput(target as unknown as DashboardServices['stdout'], { columns: 80, rows: 24 }),
    target,
  };
}

describe('frame output', () => {
  it('sends the three pieces of a frame as one write', () => {
    const { writes, output } = sink();
    output.stream.write(BEGIN);
    output.stream.write('frame');
    output.stream.write(END);
    expect(writes).toEqual([`${BEGIN}frame${END}`]);
  });

  it('passes everything else through at once', () => {
    const { writes, output } = sink();
    output.stream.write('\u001b[?1049h');
    expect(writes).toEqual(['\u001b[?1049h']);
  });

  it('calls back for held pieces too', () => {
    const { output } = sink();
    let called = 0;
    const done = (): void => {
      called += 1;
    };
    output.stream.write(BEGIN, done);
    output.stream.write('x', done);
    output.stream.write(END, done);
    expect(called).toBe(3);
  });

  it('switches auto-wrap off and on again, once, also in the middle of a frame', () => {
    const { writes, output } = sink();
    output.begin();
    output.stream.write(BEGIN);
    output.stream.write('half');
    output.restore();
    output.restore();
    expect(writes).toEqual(['\u001b[?7l', `${BEGIN}half`, '\u001b[?7h']);
  });

  it('writes nothing to a terminal that is gone', () => {
    const { writes, output, target } = sink();
    output.begin();
    target.destroyed = true;
    output.restore();
    expect(writes).toEqual(['\u001b[?7l']);
  });

  it('keeps its size until it is told the settled one', () => {
    const { output, target } = sink();
    const seen: number[] = [];
    const listener = (): void => {
      seen.push(output.stream.columns);
    };
    output.stream.on('resize', listener);
    target.columns = 200;
    expect(output.stream.columns).toBe(80);
    output.resize({ columns: 200, rows: 60 });
    output.stream.off('resize', listener);
    output.resize({ columns: 100, rows: 30 });
    expect(seen).toEqual([200]);
  });
});
