import type { AnyResource } from '../../resources/define-resource.ts';
import type { Location } from '../navigation/location.ts';

/** Where one stands as words, widest first: `acme/prod`, `shop`, `processes`. */
export function crumbsOf(location: Location, resource: AnyResource | undefined): readonly string[] {
  const { app, service, instance, release, build, process, user } = location.place;
  const crumbs: string[] = [];
  if (location.rack !== undefined) crumbs.push(location.rack);
  else if (resource === undefined ? location.subject === undefined : resource.scope !== 'deck')
    crumbs.push('all racks');
  if (app !== undefined) crumbs.push(app);
  if (service !== undefined) crumbs.push(service);
  if (instance !== undefined) crumbs.push(`node ${instance}`);
  if (release !== undefined) crumbs.push(release);
  if (build !== undefined) crumbs.push(build);
  if (process !== undefined) crumbs.push(process);
  if (user !== undefined) crumbs.push(user);
  if (location.subject !== undefined) {
    crumbs.push(location.subject.resource, location.subject.name);
    if (location.view === 'raw') crumbs.push(location.view);
  } else {
    crumbs.push(location.view);
  }
  return crumbs;
}
