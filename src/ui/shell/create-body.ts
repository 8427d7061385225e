import type { RackSession } from '../../live/rack-session.ts';
import type { AnyResource } from '../../resources/define-resource.ts';
import { accessContent } from '../access/access-content.ts';
import type { ActionDoor } from '../actions/action-door.ts';
import type { PanelHost } from '../actions/panel-host.ts';
import { RunPanel } from '../actions/run-panel.ts';
import { runsContent } from '../actions/runs-content.ts';
import type { DashboardServices } from '../dashboard-services.ts';
import { diffContent } from '../diff/diff-content.ts';
import type { GuideHost } from '../guides/guide-body.ts';
import type { GuideDesk } from '../guides/guide-desk.ts';
import { MetricsBody } from '../metrics/metrics-body.ts';
import { type Location, locationOf } from '../navigation/location.ts';
import { createRowFeed } from '../table/row-feed.ts';
import type { Theme } from '../theme/theme.ts';
import { TimelineBody } from '../timeline/timeline-body.ts';
import { whyContent } from '../why/why-content.ts';
import type { BodyView } from './body-view.ts';
import { LateBody } from './late-body.ts';
import { LogBody, type LogBodyHost } from './log-body.ts';
import { onRequestContent } from './on-request-content.ts';
import { rowContent } from './row-content.ts';
import { TableBody } from './table-body.ts';
import { TextBody } from './text-body.ts';

export interface BodyWorld extends LogBodyHost, PanelHost, GuideHost {
  readonly actions: ActionDoor;
  readonly state: { readonly size: { readonly columns: number } };
  readonly services: DashboardServices;
  readonly theme: Theme;
  readonly sessions: readonly RackSession[];
  resource(id: string): AnyResource | undefined;
  session(name: string | undefined): RackSession | undefined;
}

/** The body that a location shows. `bodyAt` finds or makes the one of another location. */
export function createBody(
  world: BodyWorld,
  location: Location,
  bodyAt: (location: Location) => BodyView | undefined,
): BodyView | undefined {
  const { view, subject } = location;
  if (view === 'describe' || view === 'raw') {
    if (subject === undefined) return undefined;
    const table = bodyAt(locationOf({ view: subject.resource, rack: subject.rack, place: location.place }));
    if (!(table instanceof TableBody)) return undefined;
    const { look } = world.services;
    const beside =
      view === 'describe'
        ? onRequestContent({ table, rowKey: subject.rowKey, look, world, place: location.place })
        : undefined;
    return new TextBody(rowContent(table, subject.rowKey, view, look, beside), look, world);
  }
  if (view === 'logs' || view === 'build-logs' || view === 'previous-logs') {
    const session = world.session(location.rack);
    const life = view === 'previous-logs' ? 'previous' : 'present';
    if (!session) return missing(world, location);
    const body = new LogBody(session, location.place, world.services.look, world, life);
    if (location.at !== undefined) body.showInstant(location.at);
    return body;
  }
  if (view === 'access') {
    const session = world.session(location.rack);
    if (!session) return missing(world, location);
    const { look } = world.services;
    return new TextBody(
      accessContent(session, look, () => world.now()),
      look,
      world,
    );
  }
  if (view === 'why') {
    const session = world.session(location.rack);
    if (!session) return missing(world, location);
    const { look } = world.services;
    const { app } = location.place;
    const [now, open] = [() => world.clock(), world.open.bind(world)];
    return new TextBody(whyContent({ session, app, look, now, open }), look, world);
  }
  if (view === 'action') {
    const run = subject === undefined ? undefined : world.actions.run(subject.rowKey);
    if (run === undefined) return missing(world, location);
    const { look, actions } = world.services;
    return new RunPanel({ run, host: world, theme: world.theme, look, stepUp: actions?.stepUp(run.request.rack) });
  }
  if (view === 'runs') return new TextBody(runsContent(world), world.services.look, world);
  if (/^guides?(?:-|$)/.test(view)) return guideView(world, location) ?? missing(world, location);
  const beside = overTime(world, location);
  if (beside) return beside;
  if (view === 'diff') {
    const session = world.session(location.rack);
    const { app, release } = location.place;
    if (!session || app === undefined || release === undefined) return missing(world, location);
    const { look } = world.services;
    const content = diffContent(session, { app, release, against: subject?.rowKey }, look, () => world.clock());
    return new TextBody(content, look, world);
  }
  const resource = world.resource(view);
  return resource ? tableOf(world, location, resource) : missing(world, location);
}

/** The list of guides, a checklist or one step of it: code that no start loads. */
function guideView(world: BodyWorld, location: Location): BodyView | undefined {
  const { guides: desk, theme, services, sessions } = world;
  const { view, subject } = location;
  if (!desk) return undefined;
  if (view === 'guide-change') return subject && changePanel(world, desk, subject.rowKey);
  if (view !== 'guides' && (world.session(location.rack) === undefined || !subject)) return undefined;
  const columns = (): number => world.state.size.columns;
  return new LateBody(view === 'guide-step' ? 'text' : 'guide', theme, async () => {
    const views = await import('../guides/guide-views.ts');
    return views.guideView(location, { desk, host: world, theme, look: services.look, sessions, columns });
  });
}

/** What is being done to a step has the panel of an action. */
function changePanel(world: BodyWorld, desk: GuideDesk, id: string): BodyView | undefined {
  const known = desk.byId(id);
  if (!known) return undefined;
  const { guide, run, view } = known;
  const again = async (): Promise<void> => {
    const { beginChange } = await import('../guides/guide-commands.ts');
    const step = guide.step(run.step.id);
    if (step) beginChange(world, guide, step, run.what);
  };
  const { look } = world.services;
  const of = { again: () => void again(), reopen: 'enter on the step' };
  return new RunPanel({ run: view, host: world, theme: world.theme, look, stepUp: undefined, of });
}

/** Metrics and timeline of one rack have screens of their own; over all racks they are tables like any other. */
function overTime(world: BodyWorld, { view, rack, place, at }: Location): BodyView | undefined {
  const session = world.session(rack);
  if (!session) return undefined;
  const { theme } = world;
  if (view === 'metrics') return new MetricsBody({ session, place, host: world, theme, at });
  if (view !== 'timeline') return undefined;
  return new TimelineBody({ session, place, host: world, theme, look: world.services.look, at });
}

function tableOf(world: BodyWorld, location: Location, resource: AnyResource): TableBody {
  const sessions =
    location.rack === undefined
      ? world.sessions
      : world.sessions.filter((session) => session.target.name === location.rack);
  const { journalOf } = world.services;
  const feed = createRowFeed({ resource, sessions, place: location.place, journalOf, now: () => world.clock() });
  const withRack = resource.scope !== 'deck' && sessions.length > 1;
  return new TableBody({ resource, feed, withRack, host: world, theme: world.theme });
}

function missing(world: BodyWorld, location: Location): BodyView {
  const what =
    location.rack !== undefined && world.session(location.rack) === undefined
      ? `The rack ${location.rack} is not known here.`
      : `This text is no longer kept.`;
  return new TextBody(
    { lines: () => ['', `! ${what}`, 'esc goes back, : goes elsewhere.'] },
    world.services.look,
    world,
  );
}
