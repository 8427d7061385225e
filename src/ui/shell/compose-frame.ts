import stringWidth from 'string-width';
import type { RackSession } from '../../live/rack-session.ts';
import { activitySpan } from '../actions/run-follower.ts';
import { bannerLine } from '../frame/banner.ts';
import { crumbsOf } from '../frame/crumbs.ts';
import { freshness } from '../frame/freshness.ts';
import { type HeaderFacts, headerLine } from '../frame/header-line.ts';
import { hintLine } from '../frame/hint-line.ts';
import { startLines } from '../frame/start-lines.ts';
import { vitalsLine } from '../frame/vitals-line.ts';
import { keyLabel } from '../keys/key-label.ts';
import { actionFormBox } from '../overlays/action-form-box.ts';
import { actionMenuBox } from '../overlays/action-menu-box.ts';
import { type OverlayBox, panel, placed } from '../overlays/box.ts';
import { helpBox } from '../overlays/help-box.ts';
import { leaveBox } from '../overlays/leave-box.ts';
import { loginBox, loginFormBox } from '../overlays/login-box.ts';
import { paletteBox } from '../overlays/palette-box.ts';
import { modeSpan } from '../recording-controls.ts';
import type { RackShare } from '../table/row-feed.ts';
import { fitLine, type Line, lineWidth, truncateLine } from '../text/line.ts';
import { wrapWords } from '../text/wrap-words.ts';
import { contextHints } from './context-hints.ts';
import type { Dashboard } from './dashboard.ts';
import { promptLine } from './prompt.ts';
import { remarkSummary } from './remarks.ts';

export const LEAST_COLUMNS = 60;
export const LEAST_ROWS = 15;
/** From this height on there is a line for the rack's vitals. */
const VITALS_FROM = 24;
const MESSAGE_ROWS = 3;
const MODAL = { withGlobal: false };

/** The whole screen as painted rows, exactly as many as the terminal has. */
export interface Frame {
  readonly rows: readonly string[];
  readonly overlay: { readonly left: number; readonly top: number; readonly rows: readonly string[] } | undefined;
}

export function composeFrame(dashboard: Dashboard): Frame {
  const { size } = dashboard.state;
  if (size.columns < LEAST_COLUMNS || size.rows < LEAST_ROWS) return tooSmall(dashboard);
  const { theme } = dashboard;
  const width = size.columns;
  const started = dashboard.sessions.length > 0;
  const body = started ? dashboard.body() : undefined;
  const shares = body?.shares() ?? [];
  const above: string[] = [theme.paint(headerLine(headerFacts(dashboard, shares), width, theme.glyphs))];
  if (started && size.rows >= VITALS_FROM) above.push(theme.paint(vitals(dashboard, width)));
  const banner = bannerOf(dashboard, shares, width);
  if (banner) above.push(banner);
  const height = size.rows - above.length - 2;
  const rows = body ? body.rows(width, height) : startRows(dashboard, width, height);
  const said = messageRows(dashboard, width);
  const foot = said.length > 0 ? said : [theme.paint(hints(dashboard, width))];
  // A sentence that needs more than the one row takes them from the end of the body.
  const kept = rows.slice(0, Math.max(0, rows.length + 1 - foot.length));
  return { rows: [...above, ...kept, footer(dashboard, width), ...foot], overlay: overlayOf(dashboard) };
}

function tooSmall(dashboard: Dashboard): Frame {
  const { size } = dashboard.state;
  const text = `Too small: ${size.columns}x${size.rows}, needs ${LEAST_COLUMNS}x${LEAST_ROWS}. q quits.`;
  const rows = Array.from({ length: size.rows }, (_, at) => (at === 0 ? text.slice(0, size.columns) : ''));
  return { rows, overlay: undefined };
}

function headerFacts(dashboard: Dashboard, shares: readonly RackShare[]): HeaderFacts {
  const location = dashboard.location();
  const session = dashboard.session(dashboard.currentRack());
  const access = session?.access.get();
  const started = dashboard.sessions.length > 0;
  return {
    crumbs: started ? crumbsOf(location, dashboard.resource(location.view)) : ['welcome'],
    // In a replay everything is from then: only the clock of the recording says how old it is.
    freshness: dashboard.services.replay ? { text: '' } : freshness(shares, dashboard.now()),
    activity: activitySpan(dashboard.services.actions, dashboard.guides?.unproven.length),
    mode: modeSpan(dashboard.services, dashboard.now()),
    role: access?.roleLabel,
    demo: dashboard.sessions.some((each) => each.target.demo),
    ...guardFacts(dashboard, session),
    now: dashboard.now(),
  };
}

/** What stands in the way of a change, or makes one possible. */
function guardFacts(
  { services }: Dashboard,
  session: RackSession | undefined,
): Pick<HeaderFacts, 'readOnly' | 'protected' | 'stepUpExpiresAt'> {
  const { actions } = services;
  const rack = session?.target.name;
  const told = session?.access.get().stepUpExpiresAt;
  const opened = rack === undefined ? undefined : actions?.stepUp(rack)?.windowEndsAt();
  const bySettings = rack !== undefined && actions?.readOnlyBySettings(rack) !== undefined;
  return {
    readOnly: actions?.readOnly.cause.get() !== undefined || bySettings || session?.target.readOnly === true,
    protected: session?.target.protected === true || (rack !== undefined && actions?.isProtected(rack) === true),
    stepUpExpiresAt: Math.max(told ?? 0, opened ?? 0),
  };
}

function vitals(dashboard: Dashboard, width: number): Line {
  const watch = dashboard.vitals();
  if (watch === undefined) return [...deckVitals(dashboard.sessions), ...remarkPart(dashboard)];
  const known = watch.get();
  const overview = dashboard.resource(dashboard.location().view)?.scope === 'deck';
  const remark = overview ? remarkPart(dashboard) : [];
  if (known === undefined) return remark.length > 0 ? remark : [{ text: ' ' }];
  const system = known.input.system ?? watch.session.system.get();
  const room = width - lineWidth(remark);
  const line = vitalsLine(known.vitals, known.history, system, room, dashboard.theme.glyphs);
  return fitLine([...line, ...remark], width);
}

/** Views over all racks: how many there are and how many of them answer. */
function deckVitals(sessions: readonly RackSession[]): Line {
  const kinds = sessions.map((session) => session.link.get().kind);
  const count = (kind: string): number => kinds.filter((each) => each === kind).length;
  const parts: Line = [
    { text: ' racks ', role: 'muted' },
    { text: `${sessions.length}` },
    ...(sessions.every((session) => session.target.kind === 'recording')
      ? []
      : [{ text: '   live ', role: 'muted' as const }, { text: `${count('live')}` }]),
  ];
  const offline = count('offline');
  const waiting = count('logged-out');
  return [
    ...parts,
    ...(offline > 0 ? [{ text: `   x ${offline} offline`, role: 'critical' as const }] : []),
    ...(waiting > 0 ? [{ text: `   ! ${waiting} not logged in`, role: 'warning' as const }] : []),
  ];
}

function remarkPart(dashboard: Dashboard): Line {
  const summary = remarkSummary(dashboard.remarks());
  if (summary === undefined) return [];
  const key = keyLabel(dashboard.keys.get('app.problems')?.keys[0] ?? '');
  const sign = summary.tone === 'warning' ? '!' : '~';
  return [
    {
      text: `   ${sign} ${summary.text} (${key} shows ${/^1 /.test(summary.text) ? 'it' : 'them'})`,
      role: summary.tone,
    },
  ];
}

function bannerOf(dashboard: Dashboard, shares: readonly RackShare[], width: number): string | undefined {
  const key = (id: string): string => keyLabel(dashboard.keys.get(id)?.keys[0] ?? '');
  const line = bannerLine(shares, dashboard.now(), key('app.login'), key('app.refresh'));
  if (line === undefined) return undefined;
  const [first] = line;
  const fitted = fitLine(truncateLine(line, width, dashboard.theme.glyphs.ellipsis), width);
  return dashboard.theme.paint(fitted.map((part) => ({ ...part, ...(first?.role ? { role: first.role } : {}) })));
}

function startRows(dashboard: Dashboard, width: number, height: number): readonly string[] {
  const key = (id: string): string => keyLabel(dashboard.keys.get(id)?.keys[0] ?? '');
  const lines = startLines({
    version: dashboard.services.version,
    listing: dashboard.services.listing(),
    searched: dashboard.services.searchedPlaces,
    loginKey: key('start.login'),
    demoKey: key('start.demo'),
    againKey: key('start.again'),
    width,
    height,
  });
  const { glyphs } = dashboard.theme;
  const rows = lines.map((line) => dashboard.theme.paint(truncateLine(line, width, glyphs.ellipsis)));
  return [...rows, ...Array.from({ length: Math.max(0, height - rows.length) }, () => '')];
}

/** Prompt, else the body's status. */
function footer(dashboard: Dashboard, width: number): string {
  const { theme } = dashboard;
  const { prompt } = dashboard.state;
  if (prompt) return theme.paint(truncateLine(promptLine(prompt, width), width, theme.glyphs.ellipsis));
  const body = dashboard.sessions.length > 0 ? dashboard.body() : undefined;
  return theme.paint(truncateLine(body?.status(width) ?? [], width, theme.glyphs.ellipsis));
}

/** What the last key did, or why it could not: whole sentences, in as many rows as they need. */
function messageRows(dashboard: Dashboard, width: number): readonly string[] {
  const { toast, overlay, prompt } = dashboard.state;
  const quiet = overlay !== undefined || prompt !== undefined || dashboard.sessions.length === 0;
  const message = toast ?? (quiet ? undefined : dashboard.body()?.message?.());
  if (message === undefined) return [];
  const { theme } = dashboard;
  // A screen reader hears the sentence in one piece.
  const texts = dashboard.services.look.screenReader ? [message.text] : wrapWords(message.text, width - 2);
  return texts.slice(0, MESSAGE_ROWS).map((text, at) => {
    const cut = at === MESSAGE_ROWS - 1 && texts.length > MESSAGE_ROWS ? `${text}${theme.glyphs.ellipsis}` : text;
    return theme.paint([{ text: ` ${cut}`, role: message.tone }]);
  });
}

function hints(dashboard: Dashboard, width: number): Line {
  const { overlay, prompt } = dashboard.state;
  if (overlay?.kind === 'palette') return hintLine(contextHints(dashboard.keys, 'palette', MODAL), width);
  if (overlay?.kind === 'help') return [{ text: ' any other key closes the help', role: 'muted' }];
  // A dialog names its keys itself, each where it works; a low terminal may have cut that line off.
  if (overlay?.kind === 'actions') return hintLine(contextHints(dashboard.keys, 'menu', MODAL), width);
  if (overlay?.kind === 'login' && dashboard.state.size.rows < VITALS_FROM)
    return hintLine(contextHints(dashboard.keys, 'dialog', MODAL), width);
  if (overlay) return [];
  if (prompt) return hintLine(contextHints(dashboard.keys, 'prompt', MODAL), width);
  if (dashboard.sessions.length === 0) return hintLine(contextHints(dashboard.keys, 'start'), width);
  return hintLine(dashboard.body()?.hints() ?? [], width);
}

function overlayOf(dashboard: Dashboard): Frame['overlay'] {
  const box = overlayBox(dashboard);
  if (box === undefined) return undefined;
  // Painting drops blanks at the end of a line; here they cover what lies below.
  // The foot of the frame stays free: it says how to get out of what is too tall.
  const room = Math.max(1, dashboard.state.size.rows - 1 - box.top);
  const rows = box.lines.slice(0, room).map((line) => dashboard.theme.paint(line));
  return {
    left: box.left,
    top: box.top,
    rows: rows.map((row) => row + ' '.repeat(Math.max(0, box.width - stringWidth(row)))),
  };
}

function overlayBox(dashboard: Dashboard): OverlayBox | undefined {
  const { overlay, size, now } = dashboard.state;
  const { glyphs } = dashboard.theme;
  if (overlay === undefined) return undefined;
  switch (overlay.kind) {
    case 'help': {
      const help = helpBox(dashboard);
      const lines = help.lines.slice(overlay.top, overlay.top + help.room);
      const more =
        help.lines.length > help.room ? ` (${overlay.top + lines.length}/${help.lines.length}, j k scroll)` : '';
      return placed({ title: `${help.title}${more}`, lines }, size.columns, 1, glyphs);
    }
    case 'palette':
      return placed(paletteBox(dashboard, overlay), size.columns, 2, glyphs);
    case 'actions':
      return placed(actionMenuBox(dashboard, overlay), size.columns, 2, glyphs);
    case 'action-form':
      return placed(actionFormBox(dashboard, overlay), size.columns, 2, glyphs);
    case 'leave':
      return placed(leaveBox(dashboard), size.columns, 3, glyphs);
    case 'login-form':
      return placed(loginFormBox(overlay, size.columns), size.columns, 3, glyphs);
    case 'login':
      return panel(loginBox(overlay, size.columns, now), size.columns, 2, glyphs);
  }
}
