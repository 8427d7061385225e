import { rackDomain } from '../world/shape.ts';
import type { SimulatedRack } from '../world/simulated-rack.ts';

/** The terraform folders of the person's machine, by rack name: file name to text (convox-api.md 7.3). */
export type LocalFolders = Map<string, Map<string, string>>;

/** A rack that was installed with the convox CLI from this machine. */
export function localFolder(rack: SimulatedRack, region: string): Map<string, string> {
  const name = rack.shortName;
  const vars = { name, node_type: 't3.large', rack_name: name, region, release: rack.version, telemetry: 'false' };
  const ref = `github.com/convox/convox//terraform/system/${rack.provider}?ref=${rack.version}`;
  return new Map([
    ['main.tf', `module "system" {\n  source = "${ref}"\n}\n`],
    ['vars.json', `${JSON.stringify(vars, null, 2)}\n`],
    ['terraform.tfstate', terraformState(rack)],
    ['.terraform.lock.hcl', ''],
  ]);
}

function terraformState(rack: SimulatedRack): string {
  const output = (value: string): object => ({ value, type: 'string' });
  const state = {
    version: 4,
    terraform_version: '1.5.7',
    serial: 17,
    lineage: '3f1c9a52-6d0e-4b7a-9c11-5e2f8a7b4d60',
    outputs: {
      api: output(`https://convox:${rack.password}@api.${rackDomain(rack)}`),
      provider: output(rack.provider),
      release: output(rack.version),
    },
    resources: [],
  };
  return `${JSON.stringify(state, null, 2)}\n`;
}
