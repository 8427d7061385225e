import type { Finding } from '../domain/finding.ts';
import { ownRackFindings } from '../domain/findings/own-rack.ts';
import type { Process } from '../domain/process.ts';
import { PARTS } from './app-facts.ts';
import type { QueryContext } from './define-resource.ts';
import { Look } from './look.ts';

/**
 * What is wrong with the rack itself, worst first. Nodes and certificates as they were told last where that is known, so that
 * the apps never wait for them; what a role or a gateway refuses is left out: the views of their own say why.
 */
export async function rackTrouble(context: QueryContext, processes: readonly Process[]): Promise<readonly Finding[]> {
  const look = await Look.at(context);
  const { lately, reads, signal, now } = context;
  const [nodes, certificates] = lately
    ? [
        look.refusal(PARTS.instances) === undefined ? lately.instances() : undefined,
        look.refusal(PARTS.certificates) === undefined ? lately.certificates() : undefined,
      ]
    : await Promise.all([
        look.part(PARTS.instances, () => reads.instances({ signal })),
        look.part(PARTS.certificates, () => reads.certificates(undefined, { signal })),
      ]);
  return ownRackFindings({ nodes: nodes ?? [], processes, version: look.version, now }, certificates ?? []);
}
