import type { Call } from './call.ts';
import type { GatewayState } from './gateway-state.ts';
import { escapeHtml, page } from './page-markup.ts';
import { html, type Reply } from './reply.ts';
import { timeStep, totpAt } from './totp.ts';
import { confirmTotp } from './totp-enrolment.ts';
import { isEnrolled, type MfaMethod, type User } from './user.ts';

const DONE =
  '<p>Multi-factor authentication is set up. Go back to the terminal and start the login again: ' +
  'the first one has already been refused.</p>';

/** Where a person without a factor lands (gateway.md 2.6). The waiting login is not resumed by it. */
export function enrolmentPage(state: GatewayState, call: Call): Reply {
  return showFor(state, call.query.get('state') ?? '', '');
}

export function enrolmentConfirmed(state: GatewayState, call: Call): Reply {
  const form = new URLSearchParams(call.body.toString('utf8'));
  const key = form.get('state') ?? '';
  const user = state.logins.find(key)?.user;
  const method = user === undefined ? undefined : pendingMethod(user);
  if (user === undefined || method === undefined) return showFor(state, key, '');
  const accepted = confirmTotp(state, user, method, (form.get('code') ?? '').trim());
  return showFor(state, key, accepted ? '' : 'Wrong code. Try again.');
}

function showFor(state: GatewayState, key: string, problem: string): Reply {
  const user = state.logins.find(key)?.user;
  if (user === undefined || isEnrolled(user)) return html(200, page('Account security', DONE));
  const method = pendingMethod(user) ?? state.users.startTotp(user, state.now());
  const secret = method.secret ?? '';
  return html(
    200,
    page(
      'Set up multi-factor authentication',
      `<p>${escapeHtml(user.email)}, your account needs a second factor before you can use the command line.</p>` +
        (problem === '' ? '' : `<p class="error">${escapeHtml(problem)}</p>`) +
        `<p>Secret: <code>${escapeHtml(secret)}</code></p>` +
        '<form method="post" action="/app/account/security">' +
        `<input type="hidden" name="state" value="${escapeHtml(key)}">` +
        '<p><label>Code <input name="code" autocomplete="one-time-code" autofocus></label></p>' +
        '<button type="submit">Confirm</button></form>' +
        `<p><small>Simulated authenticator: ${totpAt(secret, timeStep(state.now()))}</small></p>`,
    ),
  );
}

function pendingMethod(user: User): MfaMethod | undefined {
  return user.methods.find((method) => method.secret !== undefined && method.confirmedAt === undefined);
}
