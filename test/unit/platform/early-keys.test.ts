import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { EarlyKeys } from '../../../src/platform/early-keys.ts';

function terminal(isTTY = true) {
  const modes: boolean[] = [];
  const input = Object.assign(new PassThrough(), { isTTY, setRawMode: (raw: boolean) => modes.push(raw) });
  const interrupts: boolean[] = [];
  const keys = new EarlyKeys(input, () => interrupts.push(true));
  return { input, keys, modes, interrupts };
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
  const { input, modes, interrupts } = terminal();
  input.write('ab\u0003');
  await turn();
  expect([modes, interrupts]).toEqual([[true, false], [true]]);
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
