import { afterEach, describe, expect, test } from 'vitest';
import { type ActionBench, actionBench, type BenchOptions, confirm, settled } from '../../support/action-bench.ts';
import { echoOf, endOf, previewOf, refusalOf } from '../../support/action-states.ts';
import { personMachine } from '../../support/person-machine.ts';

const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const KEY = '-----BEGIN PRIVATE KEY-----\nk3y-material\n-----END PRIVATE KEY-----\n';
const SHOP = 'cert-51d0c7be90a2';

let bench: ActionBench;

async function open(options: BenchOptions = {}): Promise<void> {
  const interaction = personMachine();
  interaction.files
    .set('site.crt', CERTIFICATE)
    .set('site.key', KEY)
    .set('both.pem', CERTIFICATE + KEY);
  bench = await actionBench({ interaction, ...options });
}

afterEach(() => bench.close());

function issued(domain: string): void {
  bench.rack.change((rack) => {
    for (const certificate of rack.certificates) {
      if (certificate.domains.includes(domain)) certificate.status = '';
    }
  });
}

/** The one that its service `web` answers to. */
async function domainOf(app: string): Promise<string> {
  const services = await bench.session.reads({ freshMs: 0 }).services(app);
  return services.find(({ name }) => name === 'web')?.domain ?? '';
}

function addCertificate(id: string, domain: string): void {
  const expiresAt = bench.clock.now() + 86_400_000;
  bench.rack.change((rack) => {
    rack.certificates.push({ id, domains: [domain], expiresAt, status: '', generated: true });
  });
}

const listed = () => bench.rack.certificates.map(({ id }) => id);

describe('importing a certificate', () => {
  test('sends the files, reads the list back and offers the way back', async () => {
    await open();
    const input = { pub: 'site.crt', key: 'site.key' };
    const planned = await bench.plan('certificate.import', [], input);
    expect(previewOf(planned).warnings).toEqual(['Without the chain some clients will not trust it.']);
    expect(echoOf(planned)).toBe('convox certs import site.crt site.key');
    const state = await bench.run('certificate.import', [], input);
    const { outcome, words, undo } = endOf(state);
    const id = listed().at(-1);
    expect([outcome, words]).toEqual(['verified', expect.stringContaining(`${id} is there, for imported.example.com`)]);
    expect(undo).toMatchObject({ actionId: 'certificate.delete', subjects: [{ id }] });
    expect(bench.mutations()).toEqual(['POST /certificates']);
    expect(JSON.stringify([planned, state, bench.journal])).not.toContain('k3y-material');
  });

  test.each([
    [{ pub: 'site.key', key: 'site.key' }, 'site.key is not the right file'],
    [{ pub: 'both.pem', key: 'site.key' }, 'both.pem is not the right file'],
    [{ pub: 'site.crt', key: 'site.crt' }, 'site.crt is not the right file'],
    [{ pub: 'site.crt', key: 'site.key', chain: 'both.pem' }, 'both.pem is not the right file'],
    [{ pub: 'gone.crt', key: 'site.key' }, 'Could not read gone.crt'],
  ])('%j: nothing is sent', async (input, reason) => {
    await open();
    const { outcome, words } = endOf(await bench.run('certificate.import', [], input));
    expect([outcome, words]).toEqual(['rejected', expect.stringContaining(reason)]);
    expect(bench.mutations()).toEqual([]);
  });
});

describe('generating a certificate', () => {
  test('waits until it is issued', async () => {
    await open();
    const run = bench.start('certificate.generate', [], { domains: 'a.example.com, b.example.com', days: '30' });
    confirm(await settled(run, 'planning').then(() => run));
    // The issuer is done once somebody has looked.
    run.state.subscribe(() => {
      const state = run.state.get();
      if (state.step === 'verifying' && state.observation?.state === 'pending') issued('a.example.com');
    });
    const { outcome, words } = endOf(await run.finished());
    expect([outcome, words]).toEqual(['verified', expect.stringMatching(/^cert-\w+ is ready, until 2026-10-01\.$/)]);
    expect(bench.bodies()).toEqual(['domains=a.example.com%2Cb.example.com&duration=720h0m0s']);
  });

  test('is not proven while it is not issued, and says what is missing', async () => {
    await open();
    const { outcome, words } = endOf(await bench.run('certificate.generate', [], { domains: 'a.example.com' }));
    expect([outcome, words]).toEqual(['unproven', expect.stringContaining('its domains must lead to this rack')]);
    expect(bench.mutations()).toEqual(['POST /certificates/generate']);
  });

  test('knows what is covered already, and what an old rack cannot', async () => {
    await open();
    const { tables } = previewOf(await bench.plan('certificate.generate', [], { domains: 'shop.staging.example.com' }));
    expect(tables?.[0]?.rows.map(([id]) => id)).toEqual([SHOP]);
    expect(refusalOf(await bench.plan('certificate.generate', [], { domains: 'nodots' }))).toBe(
      'nodots is no domain name.',
    );
    await bench.close();
    await open({ version: '3.18.9' });
    const input = { domains: 'a.example.com', days: '30' };
    expect(refusalOf(await bench.plan('certificate.generate', [], input))).toContain('need rack >= 3.18.10');
  });
});

describe('renewing the certificates of an app', () => {
  test('is proven by a later end', async () => {
    await open();
    addCertificate('cert-000000000001', await domainOf('shop'));
    const { outcome, words } = endOf(await bench.run('certificate.renew', [{ id: 'shop', app: 'shop' }]));
    expect([outcome, words]).toEqual(['verified', 'cert-000000000001 renewed, until 2026-11-30.']);
    expect(bench.mutations()).toEqual(['POST /certificates/shop/renew']);
  });

  test('is not proven where no certificate ends later', async () => {
    await open();
    const { outcome, words } = endOf(await bench.run('certificate.renew', [{ id: 'shop', app: 'shop' }]));
    expect([outcome, words]).toEqual(['unproven', expect.stringContaining('No certificate of shop has a later end')]);
  });

  test('is not proven by what another app had renewed meanwhile', async () => {
    await open();
    addCertificate('cert-000000000001', await domainOf('checkout'));
    const planned = await bench.plan('certificate.renew', [{ id: 'shop', app: 'shop' }]);
    expect(previewOf(planned).warnings).toContainEqual(
      expect.stringContaining('No certificate that the rack lists is for a domain of shop'),
    );
    const run = bench.start('certificate.renew', [{ id: 'shop', app: 'shop' }]);
    confirm(await settled(run, 'planning').then(() => run));
    run.state.subscribe(() => {
      const other = bench.rack.certificates.find(({ id }) => id === 'cert-000000000001');
      if (run.state.get().step === 'verifying' && other) other.expiresAt = bench.clock.now() + 90 * 86_400_000;
    });
    expect(endOf(await run.finished())).toMatchObject({
      outcome: 'unproven',
      words: expect.stringContaining('No certificate of shop has a later end'),
    });
  });

  test('is not offered by old racks', async () => {
    await open({ version: '3.12.3' });
    expect(refusalOf(await bench.plan('certificate.renew', [{ id: 'shop', app: 'shop' }]))).toMatch(
      /needs rack >= 3\.12\.4/,
    );
  });
});

describe('deleting a certificate', () => {
  test('names who uses it, and is proven when it is gone', async () => {
    await open();
    const domain = await domainOf('shop');
    bench.rack.change((rack) => {
      rack.certificates = rack.certificates.map((each) => (each.id === SHOP ? { ...each, domains: [domain] } : each));
    });
    const planned = await bench.plan('certificate.delete', [{ id: SHOP }]);
    expect(previewOf(planned).warnings).toEqual([`web of shop uses it (${domain}, the only one).`]);
    expect(planned).toMatchObject({ proposal: { confirmation: { kind: 'type', text: 'staging', reason: true } } });
    expect(endOf(await bench.run('certificate.delete', [{ id: SHOP }]))).toMatchObject({
      outcome: 'verified',
      words: `${SHOP} is gone.`,
    });
    expect(listed()).not.toContain(SHOP);
    expect(bench.mutations()).toEqual([`DELETE /certificates/${SHOP}`]);
  });

  test('says what could not be found out, and that one is gone already', async () => {
    await open();
    bench.simulator.faults.add({ match: { path: /apps\/shop\/services$/ }, effect: { kind: 'status', code: 500 } });
    const { warnings } = previewOf(await bench.plan('certificate.delete', [{ id: SHOP }]));
    expect(warnings.at(-1)).toBe('Whether it is used by shop could not be found out.');
    expect(refusalOf(await bench.plan('certificate.delete', [{ id: 'cert-x' }]))).toContain(
      'There is no certificate cert-x',
    );
  });
});
