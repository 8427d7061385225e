import { approvals } from './approvals.ts';
import { apps } from './apps.ts';
import { audit } from './audit.ts';
import { balancers } from './balancers.ts';
import { board } from './board.ts';
import { budget } from './budget.ts';
import { builds } from './builds.ts';
import { capacity } from './capacity.ts';
import { certificates } from './certificates.ts';
import { configs } from './configs.ts';
import { cost } from './cost.ts';
import { type AnyResource, erase } from './define-resource.ts';
import { env } from './env.ts';
import { findings } from './findings.ts';
import { instances } from './instances.ts';
import { journal } from './journal.ts';
import { metrics } from './metrics.ts';
import { myAccess } from './my-access.ts';
import { params } from './params.ts';
import { processes } from './processes.ts';
import { rackParams } from './rack-params.ts';
import { rackReleases } from './rack-releases.ts';
import { rackResources } from './rack-resources.ts';
import { racks } from './racks.ts';
import { registries } from './registries.ts';
import { releases } from './releases.ts';
import { resources } from './resources.ts';
import { roles } from './roles.ts';
import { services } from './services.ts';
import { sessions } from './sessions.ts';
import { systemProcesses } from './system-processes.ts';
import { timeline } from './timeline.ts';
import { users } from './users.ts';

/** Every view, in the order of the palette. Adding one is its file and one line here. */
export const RESOURCES: readonly AnyResource[] = [
  erase(board),
  erase(racks),
  erase(apps),
  erase(findings),
  erase(services),
  erase(processes),
  erase(releases),
  erase(builds),
  erase(instances),
  erase(metrics),
  erase(timeline),
  erase(env),
  erase(resources),
  erase(balancers),
  erase(configs),
  erase(params),
  erase(cost),
  erase(budget),
  erase(systemProcesses),
  erase(capacity),
  erase(certificates),
  erase(registries),
  erase(rackResources),
  erase(rackParams),
  erase(rackReleases),
  erase(audit),
  erase(approvals),
  erase(users),
  erase(roles),
  erase(sessions),
  erase(journal),
  erase(myAccess),
];

/** By id or alias, any letter case. */
export function findResource(name: string): AnyResource | undefined {
  const wanted = name.toLowerCase();
  return RESOURCES.find((resource) => resource.id === wanted || resource.aliases.includes(wanted));
}
