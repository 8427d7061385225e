import { asFailure } from '../../domain/failure.ts';
import { formatViewAddress } from '../../domain/view-address.ts';
import type { Tone } from '../../resources/column.ts';
import { withoutActions } from '../actions/action-services.ts';
import { leaveOrAsk } from '../actions/leave-question.ts';
import { addressOf } from '../navigation/location-address.ts';
import { replayCommandOf } from '../recording-controls.ts';
import type { Dashboard } from './dashboard.ts';
import { openLoginForm, startLogin } from './login-commands.ts';
import { openPalette } from './palette-keys.ts';
import { remarkCount, remarkLines } from './remarks.ts';
import { unavailableSentence } from './unavailable.ts';

const COMMANDS: Readonly<Record<string, (dashboard: Dashboard) => void>> = {
  'app.palette': openPalette,
  'app.back': (dashboard) => dashboard.back(),
  'app.history-back': (dashboard) => dashboard.step('back'),
  'app.history-forward': (dashboard) => dashboard.step('forward'),
  'app.refresh': refresh,
  'app.login': login,
  'app.access': showAccess,
  'app.copy-address': copyAddress,
  'app.record': toggleRecording,
  'app.problems': showRemarks,
  'app.login-form': openLoginForm,
  'app.help': (dashboard) => dashboard.overlay({ kind: 'help', top: 0 }),
  'app.quit': leaveOrAsk,
  'app.read-only': toggleReadOnly,
  'app.repaint': (dashboard) => dashboard.services.repaint?.(),
  'app.demo': openDemo,
  'start.login': openLoginForm,
  'start.demo': openDemo,
  'start.again': lookAgain,
};

export function runGlobalCommand(dashboard: Dashboard, id: string): void {
  const replay = replayCommandOf(id);
  if (replay !== undefined && dashboard.services.replay) {
    dashboard.services.replay.run(replay);
    dashboard.tick();
    return;
  }
  const command = COMMANDS[id];
  if (command) {
    command(dashboard);
    return;
  }
  const sentence = unavailableSentence(id);
  if (sentence !== undefined) dashboard.toast(sentence, 'notice');
}

function refresh(dashboard: Dashboard): void {
  if (dashboard.sessions.length === 0) {
    lookAgain(dashboard);
    return;
  }
  const body = dashboard.body();
  body?.refresh();
  if (body?.context !== 'log') dashboard.toast('Asking now ...', 'muted');
}

/** Logs in to the rack at hand: the current one, the one under the cursor, or the only one that asks for it. */
function login(dashboard: Dashboard): void {
  const focused = dashboard.body()?.focus?.().rack;
  const name = dashboard.location().rack ?? focused;
  const waiting = dashboard.sessions.filter((session) => session.link.get().kind === 'logged-out');
  const named = dashboard.session(name);
  const session = named?.target.login && (waiting.includes(named) || waiting.length === 0) ? named : waiting[0];
  if (session === undefined) {
    openLoginForm(dashboard);
    return;
  }
  if (session.target.login === undefined) {
    const next = session.target.problem?.next ?? `change its credential in ${session.target.source}`;
    dashboard.toast(`${session.target.name} has nothing to log in to: ${next}`, 'warning');
    return;
  }
  startLogin(dashboard, session.target);
}

/** What was wrong with the settings when they were read, in full. */
function showRemarks(dashboard: Dashboard): void {
  const remarks = dashboard.remarks();
  const { problems, notices } = remarkCount(remarks);
  if (problems + notices === 0) dashboard.toast(...heldBySettings(dashboard));
  else if (dashboard.sessions.length > 0) {
    dashboard.openText('problems', remarkLines(remarks, dashboard.services.look));
  }
}

/** The file may have changed since it was read for the problems: what its guardrails say now makes racks read-only at once. */
function heldBySettings({ services, sessions }: Dashboard): [string, Tone] {
  for (const { target } of sessions) {
    const reason = services.actions?.readOnlyBySettings(target.name);
    if (reason !== undefined) return [`${target.name}: ${reason}`, 'notice'];
  }
  return ['Nothing is wrong with the settings', 'muted'];
}

/** For all racks of this program; what the settings say of one stays, and is said. */
function toggleReadOnly(dashboard: Dashboard): void {
  const { actions } = dashboard.services;
  if (actions === undefined) {
    dashboard.toast(`Read-only: ${withoutActions(dashboard.services)}`, 'notice');
    return;
  }
  const said = actions.readOnly.toggle();
  const rack = dashboard.currentRack() ?? dashboard.body()?.focus?.().rack;
  const fixed = rack === undefined ? undefined : actions.readOnlyBySettings(rack);
  const isOn = actions.readOnly.cause.get() !== undefined;
  const stays = fixed === undefined || isOn ? '' : ` ${rack}: ${fixed}.`;
  dashboard.toast(`${said}${stays}`, stays === '' ? 'notice' : 'warning');
}

function toggleRecording(dashboard: Dashboard): void {
  const { recording } = dashboard.services;
  if (recording === undefined) {
    dashboard.toast('There is nothing to record here', 'notice');
    return;
  }
  recording.toggle().then(
    (remark) => dashboard.toast(remark, 'notice'),
    (error) => dashboard.toast(sentence(error, 'Recording failed'), 'critical'),
  );
}

/** For a chat: `rackdeck open <address>` leads here. */
function copyAddress(dashboard: Dashboard): void {
  dashboard.copy(formatViewAddress(addressOf(dashboard.location())), 'the address of this view');
}

/** Roles and permissions on the rack at hand. */
function showAccess(dashboard: Dashboard): void {
  const only = dashboard.sessions.length === 1 ? dashboard.sessions[0]?.target.name : undefined;
  const rack = dashboard.currentRack() ?? dashboard.body()?.focus?.().rack ?? only;
  if (rack === undefined) dashboard.toast('Choose a rack first', 'notice');
  else dashboard.open({ view: 'access', rack });
}

function openDemo(dashboard: Dashboard): void {
  const { services } = dashboard;
  if (services.openDemo === undefined) {
    dashboard.toast('Start it with: rackdeck --demo', 'notice');
    return;
  }
  dashboard.toast('Starting the demo racks ...', 'notice');
  services.openDemo().then(
    () => dashboard.toast('These are demo racks; nothing here is real', 'accent'),
    (error) => dashboard.toast(sentence(error, 'The demo did not start'), 'critical'),
  );
}

function lookAgain(dashboard: Dashboard): void {
  dashboard.services.reloadTargets().then(
    (listing) => {
      const count = listing.targets.length;
      dashboard.toast(
        count === 0 ? 'Still no rack found' : `Found ${count} rack${count === 1 ? '' : 's'}`,
        count === 0 ? 'muted' : 'good',
      );
    },
    (error) => dashboard.toast(sentence(error, 'Looking for racks failed'), 'critical'),
  );
}

function sentence(error: unknown, what: string): string {
  const failure = asFailure(error, what);
  return failure.why ? `${failure.what}: ${failure.why}` : failure.what;
}
