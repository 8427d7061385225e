import type { Place, Stories } from './story.ts';

const REFUSED: Place =
  'rack-side-refused > is told in the menu, in the palette and in the preview why not, and nothing leaves';

const UPKEEP = {
  success:
    'rack-upkeep > is done from the dashboard: nodes, keys, tokens, parameters and a new version, and all of it is proven',
  refusal: REFUSED,
  failure: 'rack-upkeep > that fails says so: given up by the rack, lost on the way, not kept here, never replaced',
} as const;

const TUNNELS = {
  success: 'resources-and-tunnels > are opened, used and closed from the dashboard',
  refusal: REFUSED,
  failure: 'resources-and-tunnels > that fail say so: broken off, ended with an error, led nowhere, lost on the way',
} as const;

const BOTH: Place =
  'certificates-and-registries > certificates and registries that cannot be changed say so; at the next try they come and go, and the lists prove it';

const CERTIFICATES = { success: BOTH, refusal: REFUSED, failure: BOTH } as const;

const APPROVALS = {
  success: 'approvals > are requested, approved, extended and rejected, each with a code of its own',
  refusal: REFUSED,
  failure: 'approvals > that come to nothing say so: turned down, too late, lost on the way, codes that are wrong',
} as const;

/** Instances, resources, the rack itself, certificates, registries, approvals. */
export const RACK_SIDE_STORIES: Stories = {
  'instance.terminate': UPKEEP,
  'instance.keyroll': UPKEEP,
  'instance.shell': TUNNELS,
  'resource.console': TUNNELS,
  'resource.proxy': TUNNELS,
  'resource.create': TUNNELS,
  'resource.delete': TUNNELS,
  'rack.proxy': TUNNELS,
  'rack.params': UPKEEP,
  'rack.update': UPKEEP,
  'rack.token': UPKEEP,
  'rack.key-rotate': UPKEEP,
  'certificate.import': CERTIFICATES,
  'certificate.generate': CERTIFICATES,
  'certificate.delete': CERTIFICATES,
  'registry.add': CERTIFICATES,
  'registry.remove': CERTIFICATES,
  'approval.request': APPROVALS,
  'approval.approve': APPROVALS,
  'approval.reject': APPROVALS,
  'approval.extend': APPROVALS,
};
