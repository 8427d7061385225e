import type { Finding } from '../../domain/finding.ts';
import { explainApp } from '../../domain/findings/explain-app.ts';
import { explainRack } from '../../domain/findings/explain-rack.ts';
import type { NewSignature } from '../../domain/log-errors.ts';
import { recentErrors, withLogEvidence } from '../../domain/recent-errors.ts';
import type { Severity } from '../../domain/severity.ts';
import { baseInterval } from '../../live/poll-pace.ts';
import type { RackSession } from '../../live/rack-session.ts';
import { type GatheredApp, gatherApp } from '../../resources/app-facts.ts';
import { logPlace } from '../../resources/findings.ts';
import { type GatheredRack, gatherRack } from '../../resources/rack-facts.ts';
import { contextOf } from '../../resources/session-context.ts';
import type { TerminalLook } from '../dashboard-services.ts';
import { diffDestination } from '../diff/diff-destination.ts';
import type { Destination } from '../navigation/location.ts';
import type { TextContent } from '../shell/text-body.ts';
import { screenStyles } from '../text/screen-styles.ts';
import { LogLook } from './log-look.ts';
import { type WhyLine, whyLines } from './why-lines.ts';

/** Many reads each time: three times slower than a list, and shared with the lists through the cache. */
const PACE = 3;

interface Explained {
  readonly severity: Severity;
  readonly findings: readonly Finding[];
  readonly errors: readonly NewSignature[] | undefined;
}

export interface WhyRequest {
  readonly session: RackSession;
  /** Undefined: the rack as a whole. */
  readonly app: string | undefined;
  readonly look: TerminalLook;
  readonly now: () => number;
  readonly open: (destination: Destination) => void;
}

type Gathered = { readonly app: GatheredApp } | { readonly rack: GatheredRack };

/** Why an app or a rack is as it is; kept fresh while it is on screen. */
export function whyContent({ session, app, look, now, open }: WhyRequest): TextContent {
  const styles = screenStyles(look);
  const rack = session.target.name;
  const listeners = new Set<() => void>();
  const notify = (): void => {
    for (const listener of [...listeners]) listener();
  };
  /** Asked when this opens and on request, never by a poll: the gateway writes each such question down. */
  let asksAudit = true;
  const watch = session.watch<Gathered>({
    key: ['why', app ?? null],
    pace: PACE,
    read: async (reads, signal) => {
      const context = contextOf(session, { reads, signal, now: now(), at: app === undefined ? {} : { app } });
      const options = { asksAudit };
      asksAudit = false;
      return app === undefined
        ? { rack: await gatherRack(context, options) }
        : { app: await gatherApp(context, app, options) };
    },
  });
  const log = app === undefined ? undefined : new LogLook(session, app, notify);
  log?.start();
  let known: { data: Gathered; lines: unknown; explained: Explained } | undefined;
  const explained = (data: Gathered): Explained => {
    const lines = log?.lines;
    if (known?.data !== data || known.lines !== lines) known = { data, lines, explained: explain(data, log, now()) };
    return known.explained;
  };
  let shown: readonly WhyLine[] = [];
  return {
    lines: () => {
      const { data, failure } = watch.get();
      shown =
        data === undefined
          ? waiting(failure)
          : whyLines({ rack, app, ...explained(data), ...rest(data), now: now() }, styles);
      return shown.map(({ line }) => line);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      const stops = [watch.subscribe(listener), session.link.subscribe(listener)];
      return () => {
        listeners.delete(listener);
        for (const stop of stops) stop();
      };
    },
    shares: () => {
      const { data, fetchedAt, failure } = watch.get();
      const staleAfterMs = 3 * baseInterval(session.target.kind) * PACE + 5_000;
      return [{ rack, link: session.link.get(), rows: data && [], fetchedAt, failure, staleAfterMs }];
    },
    refresh: () => {
      asksAudit = true;
      void watch.refresh();
      log?.start();
    },
    show: (visible) => watch.setVisibility(visible ? 'visible' : 'hidden'),
    dispose: () => {
      watch.dispose();
      log?.dispose();
    },
    key: (key, line) => {
      const target = targetOf(key, shown[line], rack, app);
      if (target) open(target);
      return target !== undefined;
    },
    hints: () => [
      { key: 'enter', label: 'go to it' },
      { key: 'l', label: 'logs' },
      ...(app === undefined && shown.every(({ finding }) => !finding?.app)
        ? []
        : [
            { key: 'h', label: 'releases' },
            { key: 'D', label: 'diff' },
          ]),
    ],
  };

  function rest(data: Gathered): { readonly reading: string; readonly missing: readonly string[] } {
    const { missing } = 'app' in data ? data.app : data.rack;
    const problem = log?.problem;
    const reading = log && problem === undefined && log.lines === undefined;
    return {
      reading: reading ? 'Reading the log of the last 15 minutes ...' : '',
      missing: problem === undefined ? missing : [...missing, `the log: ${problem}`],
    };
  }
}

function explain(data: Gathered, log: LogLook | undefined, now: number): Explained {
  if ('rack' in data) return { ...explainRack(data.rack.facts, now), errors: undefined };
  const { facts } = data.app;
  const recent = log?.lines && recentErrors(log.lines, facts);
  const { severity, findings } = explainApp({ ...facts, newErrors: recent?.newErrors }, now);
  return { severity, findings: recent ? withLogEvidence(findings, recent) : findings, errors: recent?.kinds };
}

function waiting(
  failure: { readonly what: string; readonly why?: string | undefined; readonly next?: string | undefined } | undefined,
): readonly WhyLine[] {
  const texts = failure
    ? [`x ${failure.what}${failure.why ? `: ${failure.why}` : ''}`, failure.next ?? '']
    : ['~ Looking at everything that may tell why ...'];
  return texts.filter((text) => text !== '').map((text) => ({ line: { text, spans: [] } }));
}

function targetOf(
  key: string,
  line: WhyLine | undefined,
  rack: string,
  app: string | undefined,
): Destination | undefined {
  if (key === 'enter') return line?.target;
  const finding = line?.finding;
  const own = finding?.app || app;
  if (key === 'l')
    return {
      view: 'logs',
      rack,
      place: finding ? logPlace(finding, app === undefined ? {} : { app }) : own ? { app: own } : {},
    };
  if (key === 'D' && own && finding?.release) return diffDestination(rack, own, finding.release, finding.cause?.before);
  if (key === 'h' && own) return { view: 'releases', rack, place: { app: own } };
  return undefined;
}
