import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { redactManifest } from '../../../src/domain/redact-manifest.ts';

const MANIFEST = `
environment:
  - GLOBAL=planted-1
resources:
  database: { type: postgres, options: { url: "postgres://u:planted-2@h/db" } }
services:
  web:
    build: { path: ., args: [NPM_TOKEN=planted-3] }
    command: bin/web --password planted-4
    environment: [STRIPE_KEY=planted-5, PLAIN, "*"]
    annotations: ["x=planted-6"]
    port: 3000
    scale: { count: 2-6, cpu: 250, memory: 512, targets: { cpu: 70 } }
    volumes: [/planted-7]
  worker:
    environment: { A: planted-8, B: null }
timers:
  nightly: { schedule: "0 3 * * *", command: "bin/nightly TOKEN=planted-9", service: web, environment: [X=planted-10] }
balancers: { main: { certificate: planted-11 } }
`;

describe('redactManifest', () => {
  it('keeps structure, scale and names; no value of any of the planted ones', () => {
    const text = redactManifest(MANIFEST);
    expect(text).not.toContain('planted');
    expect(parse(text)).toEqual({
      environment: ['GLOBAL'],
      resources: { database: { type: 'postgres' } },
      services: {
        web: {
          command: 'bin/web --password (hidden)',
          environment: ['STRIPE_KEY', 'PLAIN', '*'],
          port: 3000,
          scale: { count: '2-6', cpu: 250, memory: 512, targets: { cpu: 70 } },
        },
        worker: { environment: ['A', 'B'] },
      },
      timers: { nightly: { schedule: '0 3 * * *', command: 'bin/nightly TOKEN=(hidden)', service: 'web' } },
    });
  });

  it.each(['', '  ', 'planted', '- planted', ': [planted', 'a: &x [*x]', 'services: planted', `${'['.repeat(100)}`])(
    '%j gives nothing away',
    (text) => expect(redactManifest(text)).not.toContain('planted'),
  );
});
