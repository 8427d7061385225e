import { describe, expect, it } from 'vitest';
import { Failure } from '../../../../src/domain/failure.ts';
import type { Process } from '../../../../src/domain/process.ts';
import { erase } from '../../../../src/resources/define-resource.ts';
import { createRowFeed } from '../../../../src/ui/table/row-feed.ts';
import { FakeSession } from '../fake-deck.ts';
import { sampleBoard, sampleProcesses } from '../sample-resources.ts';
import { NIGHT, sampleProcess, sampleReads } from '../sample-world.ts';

function feedOf(processes: () => readonly Process[], resource = erase(sampleProcesses)) {
  const session = new FakeSession({ name: 'prod', now: () => NIGHT, reads: sampleReads(processes) });
  const feed = createRowFeed({ resource, sessions: [session], place: {}, now: () => NIGHT });
  return { session, feed };
}

describe('row feed', () => {
  it('keeps rows, and the list, that say the same as before', async () => {
    let processes = [sampleProcess({ id: 'a' }), sampleProcess({ id: 'b' })];
    const { session, feed } = feedOf(() => processes);
    await session.poll();
    const before = feed.get().rows;
    processes = processes.map((process) => ({ ...process }));
    await session.poll();
    expect(feed.get().rows).toBe(before);
    processes = [processes[0] ?? sampleProcess(), sampleProcess({ id: 'b', cpu: 7 })];
    await session.poll();
    const after = feed.get().rows;
    expect(after).not.toBe(before);
    expect(after[0]).toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);
  });

  it('keeps old rows beside a failure', async () => {
    let fail = false;
    const { session, feed } = feedOf(() => {
      if (fail) throw new Failure({ kind: 'timeout', what: 'No answer in time' });
      return [sampleProcess()];
    });
    await session.poll();
    fail = true;
    await session.poll();
    expect(feed.get().rows).toHaveLength(1);
    expect(feed.get().shares[0]?.failure?.what).toBe('No answer in time');
  });

  it('lets a deck view draw a rack that failed, until it answers', async () => {
    let fail = true;
    const { session, feed } = feedOf(() => {
      if (fail) throw new Failure({ kind: 'timeout', what: 'No answer in time' });
      return [sampleProcess()];
    }, erase(sampleBoard));
    await session.poll();
    expect(feed.get().rows).toHaveLength(1);
    fail = false;
    await session.poll();
    expect(feed.get().rows).toHaveLength(3);
  });

  it('tells about links as well as answers, and nothing after it was let go', async () => {
    const { session, feed } = feedOf(() => [sampleProcess()]);
    await session.poll();
    let told = 0;
    feed.subscribe(() => {
      told += 1;
    });
    session.link.set({ kind: 'connecting' });
    expect(told).toBe(1);
    expect(feed.get().shares[0]?.link.kind).toBe('connecting');
    feed.dispose();
    session.link.set({ kind: 'live', lastAnswerAt: NIGHT });
    expect(told).toBe(1);
    expect(session.watches.every((watch) => watch.disposed)).toBe(true);
  });
});
