/**
 * A simulator in a process of its own, so that its work is not counted as the program's: `fork` it with the options as JSON.
 * Says the endpoints when it listens; then answers questions (simulator-process.ts) one by one. Ends with its parent.
 */
import { startSimulator } from '../../../src/simulator/simulator.ts';
import { FrameSocket } from '../../../src/simulator/wire/frame-socket.ts';
import type { HostAnswer, HostOptions, HostQuestion } from './simulator-process.ts';

const NEWLINE = 10;

let frozenAt: number | undefined;
const options = JSON.parse(process.argv[2] ?? '{}') as HostOptions;
const sent = countLines();
const simulator = await startSimulator({ ...options, now: () => frozenAt ?? Date.now() });
process.on('disconnect', () => process.exit(0));
process.on('message', (question: HostQuestion) => answer({ id: question.id, ...reply(question) }));
answer({ id: 0, endpoints: simulator.endpoints, apps: [...(simulator.racks[0]?.apps.keys() ?? [])] });

function answer(message: HostAnswer): void {
  process.send?.(message);
}

function reply({ what }: HostQuestion): Omit<HostAnswer, 'id'> {
  switch (what) {
    case 'freeze':
      // The world stands still: nothing moves and no log line is written any more.
      frozenAt = Date.now();
      return {};
    case 'lines':
      return { lines: sent.lines, sockets: sent.sockets.size };
  }
}

/** Log lines on their way to a client, counted where they enter its socket. */
function countLines(): { lines: number; readonly sockets: Set<FrameSocket> } {
  const counter = { lines: 0, sockets: new Set<FrameSocket>() };
  const write = FrameSocket.prototype.write;
  FrameSocket.prototype.write = function (this: FrameSocket, bytes: Buffer): void {
    counter.sockets.add(this);
    for (const byte of bytes) if (byte === NEWLINE) counter.lines += 1;
    write.call(this, bytes);
  };
  return counter;
}
