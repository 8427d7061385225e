import type { Invocation } from '../cli/invocation.ts';
import { Failure } from '../domain/failure.ts';
import { parseViewAddress, type ViewAddress } from '../domain/view-address.ts';
import type { Run } from '../main.ts';
import { findResource } from '../resources/index.ts';
import { matchTarget } from '../targets/select-target.ts';
import type { TargetListing } from '../targets/target.ts';
import { viewCommand } from './view-command.ts';

/** Screens without a table: they open in the dashboard only. */
const SCREENS: ReadonlySet<string> = new Set(['logs', 'build-logs', 'access', 'guides']);

/**
 * The one reading of an address that fits the racks there are, its rack by its whole name. Throws a `usage` Failure that says
 * which part nothing is called.
 */
export function resolveAddress(text: string, listing: TargetListing): ViewAddress {
  const readings = parseViewAddress(text);
  const [first] = readings;
  if (!first) {
    throw new Failure({
      kind: 'usage',
      what: `'${text}' is not the address of a view`,
      next: 'Write it as <rack>/<app>/<view>?filter=..., with - for no app; `u` in the dashboard copies one.',
    });
  }
  const views = readings.filter(({ view }) => view === '' || isView(view));
  const exact = views.find(({ rack }) => rack === undefined || listing.targets.some(({ name }) => name === rack));
  if (exact) return exact;
  for (const reading of views) {
    const matches = listing.targets.filter(({ name }) => name.includes(reading.rack ?? ''));
    if (matches.length === 1) return { ...reading, rack: matches[0]?.name };
  }
  const known = readings.find(({ rack }) => rack !== undefined && listing.targets.some(({ name }) => name === rack));
  if (known) {
    throw new Failure({
      kind: 'usage',
      what: `There is no view '${known.view}'`,
      next: 'See `rackdeck --help` for the views.',
    });
  }
  const wanted = views[0]?.rack ?? first.rack ?? '';
  return { ...first, rack: matchTarget(listing, wanted).name };
}

function isView(name: string): boolean {
  return SCREENS.has(name) || findResource(name) !== undefined;
}

/** Without a terminal to open it in, the view is printed. */
export async function openCommand(
  { common, open }: Extract<Invocation, { command: 'open' }>,
  run: Run,
): Promise<number> {
  const listing = await run.world.list({ wanted: common.rack });
  const { rack, app, view, narrowed, filter } = resolveAddress(open.address, listing);
  if (SCREENS.has(view)) {
    throw new Failure({
      kind: 'usage',
      what: `The ${view} screen opens in a terminal only`,
      next:
        view === 'access' || view === 'guides' ? 'Run it in a terminal.' : 'Use `rackdeck logs` to print log lines.',
    });
  }
  return viewCommand(
    {
      command: 'view',
      common: { ...common, rack, app },
      view: {
        view: view || (app === undefined ? (rack === undefined ? 'board' : 'apps') : 'processes'),
        json: open.json,
        plain: open.plain,
        service: narrowed.service,
        filter: filter === '' ? undefined : filter,
      },
    },
    run,
  );
}
