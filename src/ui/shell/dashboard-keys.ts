import { ACTION_BINDINGS } from '../actions/action-bindings.ts';
import type { DashboardServices } from '../dashboard-services.ts';
import { GUIDE_BINDINGS } from '../guides/guide-bindings.ts';
import { buildKeyMap, type KeyMap } from '../keys/key-map.ts';
import { SHELL_BINDINGS } from '../keys/key-table.ts';
import { LOG_BINDINGS } from '../log/log-bindings.ts';
import { METRICS_BINDINGS } from '../metrics/metrics-bindings.ts';
import { TEXT_BINDINGS } from '../text/text-bindings.ts';
import { TIMELINE_BINDINGS } from '../timeline/timeline-bindings.ts';

/** Every binding of every screen, remapped as the settings say. */
export function dashboardKeys({ extraBindings = [], keyOverrides }: DashboardServices): KeyMap {
  return buildKeyMap(
    [
      ...SHELL_BINDINGS,
      ...LOG_BINDINGS,
      ...TEXT_BINDINGS,
      ...METRICS_BINDINGS,
      ...TIMELINE_BINDINGS,
      ...ACTION_BINDINGS,
      ...GUIDE_BINDINGS,
      ...extraBindings,
    ],
    keyOverrides,
  );
}
