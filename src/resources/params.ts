import { type ShownParameter, shownParameters } from '../domain/parameter.ts';
import { defineResource } from './define-resource.ts';
import { PARAMETER_VIEW } from './parameter-view.ts';

export const params = defineResource<ShownParameter>({
  ...PARAMETER_VIEW,
  id: 'params',
  aliases: ['app-params', 'parameters'],
  title: 'App parameters',
  about: 'parameters of an app, secrets masked',
  scope: 'app',
  needs: 'convox:app:read',
  route: 'GET /apps/{app}',
  query: async ({ reads, at, signal }) => shownParameters((await reads.app(at.app ?? '', { signal })).parameters),
  empty: 'This app has no parameters set.',
});
