import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { findAction } from '../../../src/actions/index.ts';

/** A rack may call its things what it likes; the command is copied, and pasted into a shell. */
const EVIL = `x'; touch "$(pwned)" & \`pwned\` | > pwned #`;

const process = { id: EVIL, app: EVIL };
const app = { name: EVIL, release: EVIL, status: 'running' };
const FACTS: Readonly<Record<string, unknown>> = {
  'process.stop': [{ process }, { process }],
  'process.exec': { process, command: EVIL },
  'process.run': { app: EVIL, service: EVIL, command: EVIL, chosen: EVIL, detached: true },
  'process.copy-to': { process, local: EVIL, remote: EVIL },
  'process.copy-from': { process, local: EVIL, remote: EVIL },
  'service.restart': [{ app: EVIL, service: { name: EVIL } }],
  'service.scale': { app: EVIL, id: EVIL, wish: { count: 1 } },
  'env.set': { app: EVIL, edit: { set: new Map([[EVIL, EVIL]]) } },
  'env.unset': { app: EVIL, edit: { remove: [EVIL, EVIL] } },
  'env.edit': { app: EVIL },
  'release.promote': { target: { id: EVIL }, state: { app } },
  'release.rollback': { target: { id: EVIL }, state: { app }, choice: 'current' },
  'deploy.cancel': { app },
  'app.lock': { app },
  'app.unlock': { app },
  'app.create': { name: EVIL },
  'app.delete': { app },
  'app.params': { app, effect: { changed: [EVIL] }, wanted: new Map([[EVIL, EVIL]]) },
  'instance.terminate': { instance: { id: EVIL } },
  'instance.shell': { instance: EVIL, keyFile: EVIL, command: EVIL },
  'resource.console': { app: EVIL, resource: { name: EVIL } },
  'certificate.delete': { certificate: { id: EVIL } },
  'certificate.renew': { app: EVIL },
  'registry.remove': { server: EVIL },
  'rack.params': { changes: { [EVIL]: EVIL }, force: false },
  'rack.update': { version: EVIL, force: false },
  'resource.delete': { name: EVIL },
};

describe('the command that does the same', () => {
  test.each(Object.entries(FACTS))('of %s is words for a shell, whatever names a rack has', (id, facts) => {
    const echo = findAction(id)?.echo(facts as never, {} as never) ?? '';
    // Words of ours stay words; everything else is one argument each.
    const script = `convox() { printf '%s\\0' "$@"; }\n${echo}`;
    const said = execFileSync('/bin/sh', ['-c', script], {
      encoding: 'utf8',
      env: { PATH: '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const words = said.split('\0').filter((word) => word !== '');
    const strange = words.filter((word) => !/^[\w.=*-]+$/.test(word));
    expect(strange.length).toBeGreaterThan(0);
    for (const word of strange) expect(word.replaceAll(EVIL, '')).toMatch(/^[\w.:=*-]*$/);
  });
});
