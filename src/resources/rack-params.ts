import { V3_KEEPS_NONE } from '../access/rack-parameters-rule.ts';
import { Failure } from '../domain/failure.ts';
import { type ShownParameter, shownParameters } from '../domain/parameter.ts';
import { defineResource, type QueryContext } from './define-resource.ts';
import { PARAMETER_VIEW } from './parameter-view.ts';

async function query({ reads, rack, signal }: QueryContext): Promise<readonly ShownParameter[]> {
  const parameters = await reads.parameters({ signal });
  if (parameters) return shownParameters(parameters);
  throw new Failure({
    kind: 'route-missing',
    what: `${rack.name} does not offer rack parameters`,
    why: V3_KEEPS_NONE,
    next: 'Reach the rack through its console, or read vars.json beside its terraform state.',
  });
}

export const rackParams = defineResource<ShownParameter>({
  ...PARAMETER_VIEW,
  id: 'rack-params',
  aliases: ['rack-parameters'],
  title: 'Rack parameters',
  about: 'parameters of the rack as its console or a v2 rack keeps them, secrets masked',
  scope: 'rack',
  needs: 'convox:rack:read',
  route: 'GET /racks/{organization}/{rack}',
  query,
  empty: 'The rack has no parameters set.',
});
