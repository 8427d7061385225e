import { baseInterval } from '../../live/poll-pace.ts';
import type { RackSession } from '../../live/rack-session.ts';
import { type PairRequest, readPair } from '../../resources/release-pair.ts';
import { contextOf } from '../../resources/session-context.ts';
import type { TerminalLook } from '../dashboard-services.ts';
import type { TextContent } from '../shell/text-body.ts';
import { screenStyles } from '../text/screen-styles.ts';
import { diffLines } from './diff-lines.ts';

/** Releases never change; which of them is active does. */
const PACE = 6;

/** How two releases of an app differ. */
export function diffContent(
  session: RackSession,
  request: PairRequest,
  look: TerminalLook,
  now: () => number,
): TextContent {
  const styles = screenStyles(look);
  const { app, release, against } = request;
  const watch = session.watch({
    key: ['diff', app, release, against ?? null],
    pace: PACE,
    read: (reads, signal) => readPair(contextOf(session, { reads, signal, now: now(), at: { app } }), request),
  });
  return {
    lines: () => {
      const { data, failure } = watch.get();
      if (data) return diffLines(data, now(), styles);
      if (!failure) return ['~ Asking for both releases ...'];
      const why = failure.why ? `: ${failure.why}` : '';
      return [`x ${failure.what}${why}`, ...(failure.next ? [failure.next] : [])];
    },
    subscribe: (listener) => {
      const stops = [watch.subscribe(listener), session.link.subscribe(listener)];
      return () => {
        for (const stop of stops) stop();
      };
    },
    shares: () => {
      const { data, fetchedAt, failure } = watch.get();
      const staleAfterMs = 3 * baseInterval(session.target.kind) * PACE + 5_000;
      return [
        { rack: session.target.name, link: session.link.get(), rows: data && [], fetchedAt, failure, staleAfterMs },
      ];
    },
    refresh: () => void watch.refresh(),
    show: (visible) => watch.setVisibility(visible ? 'visible' : 'hidden'),
    dispose: () => watch.dispose(),
  };
}
