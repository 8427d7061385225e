import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Simulator } from '../../src/simulator/simulator.ts';

/** A person's home folder with the configuration that a story needs. */
export class Home {
  readonly path = mkdtempSync(join(tmpdir(), 'rackdeck-home-'));

  write(name: string, text: string): string {
    const path = join(this.path, name);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  }

  /** As the gateway's own CLI leaves it after `login`. */
  gateway(name: string, url: string, token?: string, email = 'deployer@example.com'): this {
    const entry = {
      url,
      ...(token === undefined ? {} : { token, email, channel: 'cli' }),
      expires_at: '0001-01-01T00:00:00Z',
    };
    const config = { current: name, gateways: { [name]: entry }, machine_id: '6d9f7c5b-0000-4000-8000-000000000001' };
    this.write('.config/rack-gateway/config.json', `${JSON.stringify(config, null, 2)}\n`);
    return this;
  }

  /** A direct rack as the convox CLI stores it. */
  directRack(name: string, url: string): this {
    this.write(`.config/convox/racks/${name}`, url);
    return this;
  }

  /** As the convox CLI leaves it after `login`; `host` with scheme. */
  consoleLogin(host: string, token: string): this {
    const name = new URL(host).host;
    this.write('.config/convox/console', name);
    this.write('.config/convox/auth', JSON.stringify({ [name]: token }));
    return this;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** The address of the rack that the simulator serves directly. */
export function directUrl(simulator: Simulator): string {
  const endpoint = simulator.endpoints.find((candidate) => candidate.kind === 'direct');
  if (endpoint?.kind !== 'direct') throw new Error('The simulator serves no direct rack');
  return endpoint.url;
}

export function gatewayOf(simulator: Simulator): NonNullable<Simulator['gateway']> {
  if (!simulator.gateway) throw new Error('The simulator runs without a gateway');
  return simulator.gateway;
}
