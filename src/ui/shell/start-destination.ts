import type { AnyResource } from '../../resources/define-resource.ts';
import type { DashboardServices } from '../dashboard-services.ts';
import type { Destination } from '../navigation/location.ts';

/** Where the dashboard opens: the board, or what the command line says; a remark where that cannot be taken literally. */
export function startDestination(world: {
  readonly services: DashboardServices;
  readonly resources: readonly AnyResource[];
}): { readonly destination: Destination; readonly remark: string | undefined } {
  const { start, deck } = world.services;
  const landing = world.resources[0]?.id ?? 'board';
  const only = deck.sessions.get().length === 1 ? deck.sessions.get()[0]?.target.name : undefined;
  const wanted = start.view ?? (start.app === undefined ? landing : 'processes');
  const resource = world.resources.find((each) => each.id === wanted || each.aliases.includes(wanted));
  const place = { ...start.place, ...(start.app === undefined ? {} : { app: start.app }) };
  const rack = start.rack ?? (resource?.scope === 'deck' ? undefined : only);
  if (wanted === 'logs' || wanted === 'build-logs' || wanted === 'access' || wanted === 'why' || wanted === 'guides') {
    return { destination: { view: wanted, rack, place }, remark: undefined };
  }
  if (resource === undefined) {
    return { destination: { view: landing, rack: start.rack }, remark: `There is no view '${wanted}'; : lists all` };
  }
  if (resource.scope === 'app' && start.app === undefined) {
    const remark = `${resource.title}: choose an app first, with enter`;
    return { destination: { view: 'apps', rack, filter: start.filter }, remark };
  }
  if (start.row) {
    const subject = { resource: resource.id, rack, rowKey: start.row.key, name: start.row.key };
    return { destination: { view: start.row.screen, rack, place, subject }, remark: undefined };
  }
  return { destination: { view: resource.id, rack, place, filter: start.filter }, remark: undefined };
}
