import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, expect, test } from 'vitest';

const SCRIPT = new URL('../../../src/simulator/serve.ts', import.meta.url).pathname;

interface Started {
  pid: number;
  endpoints: { kind: string; url?: string }[];
}

async function serve(args: readonly string[]) {
  const child = spawn(process.execPath, [SCRIPT, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { child, started: JSON.parse(line) as Started };
}

describe('serve.ts', () => {
  test('prints its endpoints, serves the size asked for, and ends on SIGTERM', async () => {
    const { child, started } = await serve([
      '--apps',
      '9',
      '--processes',
      '120',
      '--version',
      '3.24.5',
      '--no-gateway',
      '--json',
    ]);
    expect(started.endpoints.map((endpoint) => endpoint.kind)).toEqual(['direct', 'direct', 'console']);
    const url = new URL(started.endpoints[0]?.url ?? '');
    const headers = { Authorization: `Basic ${Buffer.from(`convox:${url.password}`).toString('base64')}` };
    const read = async (path: string): Promise<unknown> =>
      (await fetch(`http://${url.host}${path}`, { headers })).json();
    expect(await read('/apps')).toHaveLength(9);
    expect(await read('/system/processes?all=true')).toHaveLength(120);
    expect(await read('/system')).toMatchObject({ version: '3.24.5' });
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  test('ends with its input', async () => {
    const { child, started } = await serve([]);
    expect(started.endpoints.map((endpoint) => endpoint.kind)).toEqual(['gateway', 'direct', 'console']);
    child.stdin.end();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});
