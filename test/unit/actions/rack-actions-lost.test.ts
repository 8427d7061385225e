import { afterEach, describe, expect, test } from 'vitest';
import type { ActionRequest, Subject } from '../../../src/domain/subject.ts';
import { ALLOWED } from '../../../src/domain/verdict.ts';
import type { FaultEffect } from '../../../src/simulator/faults.ts';
import { type ActionBench, actionBench, type BenchOptions, confirm, settled } from '../../support/action-bench.ts';
import { personMachine } from '../../support/person-machine.ts';

/** Every change of a rack that is one request: whatever becomes of its answer, it is sent once, after the confirmation. */
interface Case {
  readonly id: string;
  readonly options?: BenchOptions;
  readonly subjects?: (bench: ActionBench) => readonly Subject[];
  readonly input?: ActionRequest['input'];
  readonly request: (bench: ActionBench) => string;
  /** When the request never arrived, and when only its answer got lost. */
  readonly missed: string;
  readonly landed: string;
}

const SECRET = 'pw-8d1f-secret';
const PEM = `-----BEGIN PRIVATE KEY-----\n${SECRET}\n-----END PRIVATE KEY-----\n`;

const V2 = '20260418101514';
const node = (bench: ActionBench) => bench.rack.nodes[0]?.id ?? '';
const pod = (bench: ActionBench) =>
  bench.rack.processes.find(({ app, service }) => app === 'shop' && service === 'web')?.id ?? '';
const certificate = 'cert-51d0c7be90a2';

const CASES: readonly Case[] = [
  {
    id: 'instance.terminate',
    options: { timings: { instanceDrain: 5, nodeReplace: 1_000 } },
    subjects: (bench) => [{ id: node(bench) }],
    request: (bench) => `DELETE /instances/${node(bench)}`,
    missed: 'no-effect',
    landed: 'verified',
  },
  { id: 'instance.keyroll', request: () => 'POST /instances/keyroll', missed: 'unclear', landed: 'unclear' },
  {
    id: 'process.copy-to',
    subjects: (bench) => [{ id: pod(bench), app: 'shop', service: 'web' }],
    input: { local: 'notes.txt', remote: '/tmp/notes.txt' },
    request: (bench) => `POST /apps/shop/processes/${pod(bench)}/files`,
    missed: 'unclear',
    landed: 'unclear',
  },
  {
    id: 'certificate.import',
    input: { pub: 'site.crt', key: 'site.key' },
    request: () => 'POST /certificates',
    missed: 'no-effect',
    landed: 'verified',
  },
  {
    id: 'certificate.generate',
    input: { domains: 'new.example.com' },
    request: () => 'POST /certificates/generate',
    missed: 'no-effect',
    landed: 'unproven',
  },
  {
    id: 'certificate.renew',
    subjects: () => [{ id: 'shop', app: 'shop' }],
    request: () => 'POST /certificates/shop/renew',
    missed: 'unclear',
    landed: 'unclear',
  },
  {
    id: 'certificate.delete',
    subjects: () => [{ id: certificate }],
    request: () => `DELETE /certificates/${certificate}`,
    missed: 'no-effect',
    landed: 'verified',
  },
  {
    id: 'registry.add',
    input: { server: 'ghcr.io/acme', username: 'bot', password: SECRET },
    request: () => 'POST /registries',
    missed: 'no-effect',
    landed: 'verified',
  },
  {
    id: 'registry.remove',
    subjects: () => [{ id: 'registry.example.com' }],
    request: () => 'DELETE /registries/registry.example.com',
    missed: 'no-effect',
    landed: 'verified',
  },
  {
    id: 'resource.create',
    input: { kind: 'webhook', name: 'pager', parameters: `Url=https://hooks.example.com/${SECRET}` },
    request: () => 'POST /resources',
    missed: 'no-effect',
    landed: 'verified',
  },
  {
    id: 'resource.delete',
    subjects: () => [{ id: 'staging-deploys' }],
    request: () => 'DELETE /resources/staging-deploys',
    missed: 'no-effect',
    landed: 'verified',
  },
  {
    id: 'rack.params',
    options: { version: V2 },
    input: { parameters: `InstanceType=m5.large\nHttpProxy=${SECRET}` },
    request: () => 'PUT /system',
    missed: 'no-effect',
    landed: 'verified',
  },
  {
    id: 'rack.token',
    input: { role: 'read', hours: '8' },
    request: () => 'POST /system/jwt/token',
    missed: 'unclear',
    landed: 'unclear',
  },
  { id: 'rack.key-rotate', request: () => 'PUT /system/jwt/rotate', missed: 'unclear', landed: 'unclear' },
];

let bench: ActionBench;
afterEach(() => bench.close());

function open({ options }: Case): Promise<ActionBench> {
  const interaction = personMachine();
  interaction.files.set('notes.txt', SECRET);
  interaction.files.set('site.crt', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n');
  interaction.files.set('site.key', PEM);
  return actionBench({ ...options, interaction, verdict: () => ALLOWED });
}

async function lose(one: Case, effect: FaultEffect) {
  bench = await open(one);
  const request = one.request(bench);
  const [method = '', path = ''] = request.split(' ');
  const run = bench.start(one.id, one.subjects?.(bench) ?? [], one.input);
  const seen: string[] = [];
  run.state.subscribe(() => seen.push(JSON.stringify(run.state.get())));
  expect(await settled(run, 'planning'), JSON.stringify(run.state.get())).toMatchObject({ step: 'confirm' });
  expect(bench.mutations(), 'before the confirmation').toEqual([]);
  const pattern = new RegExp(`${path.replaceAll('.', '\\.')}$`);
  const lifted = bench.simulator.faults.add({ match: { method, path: pattern }, effect });
  confirm(run);
  confirm(run);
  const state = await run.finished();
  lifted();
  expect(bench.mutations()).toEqual([request]);
  const told = `${seen.join('')}${bench.journal.join('')}`;
  expect(told).not.toContain(SECRET);
  expect(told).not.toContain('simulated key material');
  if (state.step !== 'ended') throw new Error(`not ended: ${JSON.stringify(state)}`);
  return state.ended;
}

const named = CASES.map((one) => [`${one.id} ${one.options?.version ?? ''}`.trim(), one] as const);

describe.each(named)('%s', (_name, one) => {
  // The simulated rack does what it is asked before it answers these, except for the reset.
  test.each([
    ['a request that never arrives', { kind: 'reset' }, one.missed],
    ['500 after the change', { kind: 'status', code: 500, body: 'boom', contentType: 'text/plain' }, one.landed],
    ['a page of a proxy', { kind: 'status', code: 502 }, one.landed],
    ['half an answer', { kind: 'truncate' }, one.landed],
  ] as const)('is sent once and read back: %s', async (_what, effect, expected) => {
    const { outcome, words } = await lose(one, effect);
    expect(outcome, words).toBe(expected);
  });
});
