import { hexText } from '../world/names.ts';
import { Random } from '../world/random.ts';
import { rackDomain } from '../world/shape.ts';
import type { SimulatedRack } from '../world/simulated-rack.ts';

/** A rack as the console keeps it (convox-api.md 7.5). */
export interface ConsoleRack {
  readonly organization: string;
  readonly name: string;
  provider: string;
  status: string;
  version: string;
  parameters: Record<string, string> | null;
  /** Base64 of the terraform state; null for v2 racks. */
  state: string | null;
  /** False: has dependencies and cannot be moved. */
  deletable: boolean;
  runtime: string;
  /** The living rack behind the entry; an imported one has none. */
  readonly rack: SimulatedRack | undefined;
}

export interface Workflow {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
}

/** What a console knows, and the switches of its misbehaviour. */
export class ConsoleWorld {
  readonly token: string;
  readonly accountId: string;
  readonly racks = new Map<string, ConsoleRack>();
  readonly runtimes = [
    { id: '7e1b0a52-0001', title: 'aws-acme-production' },
    { id: '7e1b0a52-0002', title: 'aws-acme-sandbox' },
  ];
  readonly workflows: readonly Workflow[] = [
    { id: 'w-5f0c1a', name: 'deploy-shop', kind: 'deployment' },
    { id: 'w-91be02', name: 'review-shop', kind: 'review' },
  ];
  /** Every request answers 401 `cli token is expired`. */
  tokenExpired = false;
  /** `session`: answered by an empty POST; `u2f`: needs the browser's second factor. */
  challenge: 'none' | 'session' | 'u2f' = 'none';
  /** `DELETE /racks/...` fails with 500: a move ends with the rack in both places. */
  deleteFails = false;
  /** What an update run by the console does beyond its own entry: terraform's work at AWS. */
  onUpdate: ((entry: ConsoleRack) => void) | undefined;
  readonly sessions = new Set<string>();
  /** What the last u2f challenge expects back. */
  expectedChallenge: string | undefined;
  readonly random: Random;

  constructor(racks: readonly SimulatedRack[], seed: number) {
    this.random = new Random(seed ^ 0xc0450);
    this.token = hexText(this.random, 40);
    this.accountId = hexText(this.random, 24);
    for (const rack of racks) this.racks.set(rack.name, this.#entryOf(rack));
  }

  newSession(): string {
    const id = hexText(this.random, 32);
    this.sessions.add(id);
    return id;
  }

  #entryOf(rack: SimulatedRack): ConsoleRack {
    const [organization = 'acme', name = rack.shortName] = rack.name.split('/');
    const v2 = rack.generation.v2;
    const parameters: Record<string, string> = v2
      ? { ...rack.parameters }
      : {
          cidr: '10.1.0.0/16',
          high_availability: 'true',
          name,
          node_type: 'm5.xlarge',
          rack_name: name,
          region: 'eu-west-1',
          release: rack.version,
        };
    return {
      organization,
      name,
      provider: rack.provider,
      status: 'running',
      version: rack.version,
      parameters,
      state: v2 ? null : Buffer.from(this.#terraformState(rack)).toString('base64'),
      deletable: true,
      runtime: this.runtimes[0]?.id ?? '',
      rack,
    };
  }

  #terraformState(rack: SimulatedRack): string {
    const lineage = `${hexText(this.random, 8)}-${hexText(this.random, 4)}-4${hexText(this.random, 3)}-8${hexText(this.random, 3)}-${hexText(this.random, 12)}`;
    const output = (value: string): object => ({ value, type: 'string' });
    return `${JSON.stringify(
      {
        version: 4,
        terraform_version: '1.5.7',
        serial: 42,
        lineage,
        outputs: {
          api: output(`https://convox:${rack.password}@api.${rackDomain(rack)}`),
          provider: output(rack.provider),
          release: output(rack.version),
        },
        resources: [],
      },
      null,
      2,
    )}\n`;
  }
}
