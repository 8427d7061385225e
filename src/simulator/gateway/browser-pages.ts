import type { Call } from './call.ts';
import { enrolmentConfirmed, enrolmentPage } from './enrolment-page.ts';
import type { GatewayState } from './gateway-state.ts';
import { OUTSIDERS } from './identity-provider.ts';
import { checkLoginFactor } from './login-routes.ts';
import { escapeHtml, page } from './page-markup.ts';
import { html, type Reply, redirect } from './reply.ts';
import { timeStep, totpAt } from './totp.ts';
import { totpMethod, type User } from './user.ts';

/** Pages that a person clicks through: the identity provider's and the gateway's web part, keyed by method and path. */
export const BROWSER_PAGES: Readonly<Record<string, (state: GatewayState, call: Call) => Reply>> = {
  'GET /': () => redirect(307, '/app/rack'),
  'GET /favicon.ico': () => ({ status: 200, headers: { 'content-type': 'image/svg+xml' }, body: FAVICON }),
  'GET /robots.txt': () => ({
    status: 200,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: 'User-agent: *\nDisallow: /\n',
  }),
  'GET /idp/authorize': chooseAccount,
  'GET /idp/choose': accountChosen,
  'GET /idp/cancel': signInCancelled,
  'GET /app/cli/auth/success': () =>
    html(200, page('Signed in', '<p>You may close this window and go back to the terminal.</p>')),
  'GET /app/auth/mfa/challenge': (state, call) =>
    challengePage(state, call.query.get('state') ?? '', call.query.get('error') ?? ''),
  'POST /app/auth/mfa/challenge': challengeAnswered,
  'GET /app/account/security': enrolmentPage,
  'POST /app/account/security': enrolmentConfirmed,
};

/** Any other page of the web part. */
export function otherAppPage(state: GatewayState): Reply {
  return html(
    200,
    page(
      `Rack gateway: ${state.rackName}`,
      `<p>A simulated gateway. Current codes of its people:</p><ul>${state.users
        .all()
        .filter((user) => totpMethod(user) !== undefined)
        .map((user) => `<li>${escapeHtml(user.email)}: <code>${currentCode(state, user)}</code></li>`)
        .join('')}</ul>`,
    ),
  );
}

const FAVICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" fill="#456"/></svg>';

function currentCode(state: GatewayState, user: User): string {
  const secret = totpMethod(user)?.secret;
  return secret === undefined ? '' : totpAt(secret, timeStep(state.now()));
}

function chooseAccount(state: GatewayState, call: Call): Reply {
  const { query } = call;
  if (query.get('response_type') !== 'code' || query.get('code_challenge_method') !== 'S256') {
    return html(400, page('Sign-in error', '<p class="error">The authorization request is incomplete.</p>'));
  }
  const carried = (email: string) =>
    new URLSearchParams({
      email,
      state: query.get('state') ?? '',
      challenge: query.get('code_challenge') ?? '',
      redirect_uri: query.get('redirect_uri') ?? '',
    }).toString();
  const people = [...state.users.all().map((user) => user.email), ...OUTSIDERS]
    .map((email) => `<a class="person" href="/idp/choose?${escapeHtml(carried(email))}">${escapeHtml(email)}</a>`)
    .join('');
  const cancel = `<p><a href="/idp/cancel?${escapeHtml(carried(''))}">Cancel</a></p>`;
  return html(200, page('Choose an account', `<p>Simulated identity provider</p>${people}${cancel}`));
}

function accountChosen(state: GatewayState, call: Call): Reply {
  const target = call.query.get('redirect_uri') ?? '';
  if (target !== `${state.url}/api/v1/auth/cli/callback`) {
    return html(400, page('Sign-in error', '<p class="error">The redirect address is not registered.</p>'));
  }
  const code = state.logins.issueCode(call.query.get('email') ?? '', call.query.get('challenge') ?? '');
  const answer = new URLSearchParams({ code, state: call.query.get('state') ?? '' });
  return redirect(302, `${target}?${answer.toString()}`);
}

function signInCancelled(state: GatewayState, call: Call): Reply {
  const login = state.logins.find(call.query.get('state') ?? '');
  if (login !== undefined) login.cancelled = true;
  return html(200, page('Sign-in cancelled', '<p>Nobody was signed in. Cancel the login in the terminal too.</p>'));
}

function challengePage(state: GatewayState, key: string, error: string): Reply {
  const problem = error === '' ? '' : `<p class="error">${escapeHtml(ERROR_TEXTS.get(error) ?? error)}</p>`;
  const login = key === '' ? undefined : state.logins.find(key);
  if (login?.user === undefined) {
    return html(200, page('Sign-in', problem === '' ? '<p>Start the login in the terminal.</p>' : problem));
  }
  const form =
    `<form method="post" action="/app/auth/mfa/challenge"><input type="hidden" name="state" value="${escapeHtml(key)}">` +
    '<p><label>Code <input name="code" autocomplete="one-time-code" autofocus></label></p>' +
    '<button type="submit">Verify</button></form>' +
    `<p><small>Simulated authenticator: ${escapeHtml(currentCode(state, login.user))}</small></p>`;
  return html(200, page('Verify it is you', `<p>${escapeHtml(login.user.email)}</p>${problem}${form}`));
}

const ERROR_TEXTS: ReadonlyMap<string, string> = new Map([
  ['missing_state', 'The login state is missing.'],
  ['expired', 'This login has expired. Start again in the terminal.'],
  ['session_incomplete', 'Finish signing in first.'],
  ['exchange_failed', 'The identity provider did not confirm this account.'],
  ['unauthorized', 'This account may not use the gateway.'],
  ['invalid_code', 'Wrong code. Try again.'],
  ['code_required', 'Enter the code.'],
]);

function challengeAnswered(state: GatewayState, call: Call): Reply {
  const form = new URLSearchParams(call.body.toString('utf8'));
  const key = form.get('state') ?? '';
  const refusal = checkLoginFactor(state, { state: key, method: 'totp', code: (form.get('code') ?? '').trim() });
  if (refusal === undefined) return redirect(303, '/app/cli/auth/success');
  return challengePage(state, key, refusal);
}
