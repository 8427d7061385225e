import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { EarlyKeys } from '../../../src/platform/early-keys.ts';

function terminal(isTTY = true) {
  const modes: boolean[] = [];
  const input = Object.assign(new PassThrough(), { isTTY, setRawMode: (raw: boolean) => modes.push(raw) });
  const ended: string[] = [];
  const signals = new EventEmitter();
  const keys = new EarlyKeys(input, (signal) => ended.push(signal), signals);
  return { input, keys, modes, ended, signals };
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** As Ink reads. */
function listen(input: PassThrough): () => string {
  let heard = '';
  input.setEncoding('utf8');
  input.on('readable', () => {
    for (let chunk = input.read(); chunk !== null; chunk = input.read()) heard += chunk;
  });
  return () => heard;
}

test('keys typed early are kept, in order, and those after them come as ever', async () => {
  const { input, keys, modes } = terminal();
  input.write(':rel');
  await turn();
  input.write('é\n');
  await turn();
  await keys.handOver();
  const heard = listen(input);
  await turn();
  expect(heard()).toBe(':relé\r');
  input.write('\n');
  await turn();
  expect([heard(), modes]).toEqual([':relé\r\n', [true]]);
});

test('what comes in between is not lost', async () => {
  const { input, keys } = terminal();
  const handed = keys.handOver();
  input.write('a');
  await handed;
  input.write('b');
  await turn();
  const heard = listen(input);
  await turn();
  expect(heard()).toBe('ab');
});

test('ctrl-c ends the program, with the terminal as it was', async () => {
  const { input, modes, ended } = terminal();
  input.write('ab\u0003');
  await turn();
  expect([modes, ended]).toEqual([[true, false], ['SIGINT']]);
});

test('so does a hangup, of which nobody else knows that early', async () => {
  const { keys, modes, ended, signals } = terminal();
  signals.emit('SIGHUP');
  expect([modes, ended, signals.listenerCount('SIGHUP')]).toEqual([[true, false], ['SIGHUP'], 0]);
  await keys.handOver();
  const other = terminal();
  await other.keys.handOver();
  expect([other.signals.listenerCount('SIGHUP'), terminal(false).signals.listenerCount('SIGHUP')]).toEqual([0, 0]);
});

test('is given back once, and not after it was handed over', async () => {
  const { keys, modes } = terminal();
  keys.giveBack();
  keys.giveBack();
  expect(modes).toEqual([true, false]);
  const other = terminal();
  await other.keys.handOver();
  other.keys.giveBack();
  expect(other.modes).toEqual([true]);
});

test('a pipe is left alone', async () => {
  const { input, keys, modes } = terminal(false);
  input.write('x');
  await keys.handOver();
  expect([modes, input.read()?.toString()]).toEqual([[], 'x']);
});
