import { asFailure, Failure } from '../domain/failure.ts';
import { safeText } from '../domain/safe-text.ts';
import { type OpenBrowser, requireWebUrl } from '../platform/browser.ts';
import type { Environment } from '../platform/environment.ts';
import type { DeviceDetails, GatewayApi, GatewaySession, LoginStart } from '../protocol/gateway-api.ts';
import type { GatewayConfigFile } from './gateway-config-file.ts';
import { bearer, gatewayEndpoint, originOf } from './gateway-target.ts';
import { normaliseGatewayUrl } from './gateway-url.ts';
import { type LoginProgress, startLoginFlow } from './login-progress.ts';
import type { ProtocolClients } from './protocol-clients.ts';
import type { LoginFlow, LoginState } from './target.ts';

export interface GatewayLoginRequest {
  /** What the rack is called in the config file. */
  readonly name: string;
  /** As typed; undefined: the address that the config file has for the name. */
  readonly url?: string | undefined;
  readonly insecure?: boolean;
  /** Only show the address. */
  readonly noBrowser?: boolean;
}

export interface GatewayLoginDependencies {
  readonly environment: Environment;
  readonly clients: ProtocolClients;
  readonly file: GatewayConfigFile;
  readonly openBrowser: OpenBrowser;
  /** `rackdeck/0.1.0`: stored with the session on the server. */
  readonly clientVersion: string;
  /** Resolves after `ms`; rejects when the signal fires. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

const POLL_MS = 1_000;
/** The server has no limit of its own (gateway.md 2.3); this leaves time to find a phone. */
const LIMIT_MS = 10 * 60_000;
const BACK_OFF_MS = 2_000;
/** A server that fails this often in a row is not going to finish the login. */
const MAX_SERVER_FAILURES = 10;
/** Five wrong codes lock the account (gateway.md 4.7); the last two are left to the person's browser. */
const MAX_CODES = 3;

/** Logs in at a gateway through the browser (gateway.md 2) and stores the session in the gateway CLI's config file. */
export function startGatewayLogin(request: GatewayLoginRequest, dependencies: GatewayLoginDependencies): LoginFlow {
  const login = new GatewayLogin(request, dependencies);
  return startLoginFlow((progress, signal) => login.run(progress, signal), {
    submitCode: (code, signal) => login.submitCode(code, signal),
  });
}

class GatewayLogin {
  readonly #request: GatewayLoginRequest;
  readonly #dependencies: GatewayLoginDependencies;
  #api: GatewayApi | undefined;
  #start: LoginStart | undefined;
  #codes = 0;

  constructor(request: GatewayLoginRequest, dependencies: GatewayLoginDependencies) {
    this.#request = request;
    this.#dependencies = dependencies;
  }

  async run(progress: LoginProgress, signal: AbortSignal): Promise<LoginState> {
    const { clients, file } = this.#dependencies;
    const name = checkedName(this.#request.name);
    // Before anything is asked of the person: a file that cannot be written must not cost them a login.
    const config = await file.read();
    const typed = this.#request.url ?? config?.gateways.get(name)?.url;
    if (typed === undefined || typed === '') throw addressNeeded(name);
    const url = normaliseGatewayUrl(typed);
    const api = clients.gateway(gatewayEndpoint(url, () => undefined, this.#request.insecure ?? false));
    this.#api = api;
    try {
      await requireGateway(api, url, signal);
      const start = await api.startLogin({ signal });
      this.#start = start;
      const expiresAt = this.#dependencies.environment.now() + LIMIT_MS;
      await this.#showPage(start.authUrl, expiresAt, progress, signal);
      const session = await this.#poll(api, start, this.#device(config?.machineId), expiresAt, signal);
      if (signal.aborted) return await this.#disown(url, session);
      await file.saveSession(name, url, session);
      return { step: 'done', email: safeText(session.email, 320), targetName: name };
    } finally {
      this.#start = undefined;
      await api.close();
    }
  }

  /** gateway.md 2.5. Rejects with a Failure in plain words. */
  async submitCode(code: string, signal: AbortSignal): Promise<void> {
    if (this.#api === undefined || this.#start === undefined) return;
    if (this.#codes >= MAX_CODES) throw tooManyCodes();
    try {
      await this.#api.answerLoginMfa(this.#start.state, code.trim(), { signal });
    } catch (error) {
      const failure = asFailure(error);
      if (failure.kind === 'mfa-rejected') this.#codes += 1;
      throw explainCodeRefusal(failure);
    }
  }

  async #showPage(authUrl: string, expiresAt: number, progress: LoginProgress, signal: AbortSignal): Promise<void> {
    // The normalised form: no control character of the server's text reaches the terminal or the opener.
    const url = requireWebUrl(authUrl).href;
    progress.report({ step: 'browser', url, opened: false, expiresAt });
    if (this.#request.noBrowser === true || signal.aborted) return;
    const opened = await this.#dependencies.openBrowser(url).catch(() => false);
    if (opened && !signal.aborted) progress.report({ step: 'browser', url, opened, expiresAt });
  }

  /** One request at a time: the first 200 redeems the login, a second one in flight would find it gone. */
  async #poll(
    api: GatewayApi,
    start: LoginStart,
    device: DeviceDetails,
    expiresAt: number,
    signal: AbortSignal,
  ): Promise<GatewaySession> {
    const { sleep, environment } = this.#dependencies;
    let pause = POLL_MS;
    let failures = 0;
    while (environment.now() < expiresAt) {
      await sleep(pause, signal);
      try {
        // Not aborted by a cancel: this may be the poll that redeems the login, see #disown.
        const answer = await api.pollLogin(start, device);
        if (answer.status === 'complete') return answer.session;
        pause = POLL_MS;
        failures = 0;
      } catch (error) {
        const failure = asFailure(error);
        if (failure.kind === 'server') failures += 1;
        if (!isPassing(failure) || failures >= MAX_SERVER_FAILURES) throw explainLoginRefusal(failure);
        pause = BACK_OFF_MS * (1 + environment.random());
      }
    }
    throw outOfTime();
  }

  /** A cancel met the poll that redeemed the login: a session that nobody holds would live on for ninety days. */
  async #disown(url: string, session: GatewaySession): Promise<LoginState> {
    const authorization = () => bearer(session.token);
    const api = this.#dependencies.clients.gateway(
      gatewayEndpoint(url, authorization, this.#request.insecure ?? false),
    );
    await api.logout().catch(() => undefined);
    await api.close();
    return { step: 'cancelled' };
  }

  /** The device id must be a UUID (gateway.md 2.3); one that is not stays in the file and is not sent. */
  #device(machineId: string | undefined): DeviceDetails {
    const { environment, clientVersion } = this.#dependencies;
    const isUuid = machineId !== undefined && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(machineId);
    return {
      deviceId: isUuid ? machineId : crypto.randomUUID(),
      deviceName: environment.hostname.slice(0, 150),
      deviceOs: environment.platform === 'win32' ? 'windows' : environment.platform,
      clientVersion,
    };
  }
}

/** Not a gateway, too old and out of reach are three different things to tell a person (gateway.md 10). */
async function requireGateway(api: GatewayApi, url: string, signal: AbortSignal): Promise<void> {
  const { isGateway, tooOld } = await api.health({ signal });
  if (tooOld) {
    throw new Failure({
      kind: 'unsupported',
      what: `The gateway at ${originOf(url)} is too old`,
      why: 'it speaks the protocol of before October 2025',
      next: 'Ask whoever runs it to update it.',
    });
  }
  if (isGateway) return;
  throw new Failure({
    kind: 'route-missing',
    what: `There is no rack gateway at ${originOf(url)}`,
    why: 'the server answers, but not as a gateway does',
    next: 'Check the address; for a rack itself, set RACK_URL instead of logging in.',
  });
}

/** Trouble that a later poll may not meet: the login survives on the server until it is redeemed. */
function isPassing({ kind }: Failure): boolean {
  return kind === 'rate-limited' || kind === 'unreachable' || kind === 'timeout' || kind === 'server';
}

/** gateway.md 2.3: what the protocol layer has not put into words already. */
function explainLoginRefusal(failure: Failure): Failure {
  if (failure.kind === 'mfa-enrollment') {
    return told(failure, {
      why: 'the gateway demands one from everybody',
      next: 'Finish the set-up on the page that opened in the browser, then start the login again.',
    });
  }
  if (failure.kind === 'invalid') {
    const reason = failure.why === 'login_failed' ? undefined : failure.why;
    return told(failure, {
      what: 'The gateway refused the login',
      why: reason ?? 'the sign-in at the identity provider failed',
      next: failure.next ?? 'Start the login again; if it stays, ask a gateway administrator.',
    });
  }
  if (failure.kind === 'server') {
    return told(failure, {
      what: 'The gateway could not complete the login',
      next: 'Start the login again in a moment; if it stays, ask a gateway administrator.',
    });
  }
  return failure.next === undefined ? told(failure, { next: 'Start the login again.' }) : failure;
}

/** gateway.md 2.5. */
const CODE_REFUSALS: Readonly<Record<string, { readonly why: string; readonly next: string }>> = {
  session_incomplete: {
    why: 'the sign-in in the browser is not through yet',
    next: 'Sign in on the page first, then enter the code.',
  },
  session_expired: { why: 'the gateway has forgotten this login', next: 'Start the login again.' },
  code_required: { why: 'no code was entered', next: 'Enter the one-time code.' },
  invalid_code: { why: 'the code is wrong or was used already', next: 'Wait for the next code and enter that.' },
  exchange_failed: { why: 'the identity provider did not confirm the sign-in', next: 'Start the login again.' },
  user_not_authorized: { why: 'the account is not allowed here', next: 'Ask a gateway administrator.' },
  service_unavailable: { why: 'second factors are switched off on this gateway', next: 'Use the page in the browser.' },
};

function explainCodeRefusal(failure: Failure): Failure {
  const known = failure.why === undefined ? undefined : CODE_REFUSALS[failure.why];
  if (known !== undefined) return told(failure, { what: 'The code was not accepted', ...known });
  return failure.next === undefined ? told(failure, { next: 'Answer it on the page in the browser.' }) : failure;
}

function told(failure: Failure, words: { what?: string; why?: string; next?: string }): Failure {
  const { kind, what, why, next, status, requestId, where, retryAt } = failure;
  return new Failure({ kind, what, why, next, status, requestId, where, retryAt, ...words, cause: failure });
}

function checkedName(typed: string): string {
  const name = typed.trim();
  if (name !== '' && name.length <= 100 && !/[\s\p{C}]/u.test(name) && !name.startsWith('-')) return name;
  throw new Failure({
    kind: 'usage',
    what: 'This cannot be the name of a rack',
    why: 'a name has 1 to 100 characters, no spaces, and does not begin with a dash',
    next: 'For example: rackdeck login prod https://gateway.example.com',
  });
}

function addressNeeded(name: string): Failure {
  return new Failure({
    kind: 'usage',
    what: `The address of the gateway for '${name}' is not known yet`,
    next: `Run \`rackdeck login ${name} https://gateway.example.com\` with its address.`,
  });
}

function outOfTime(): Failure {
  return new Failure({
    kind: 'timeout',
    what: 'The login was not completed in ten minutes',
    why: 'nobody finished it in the browser, or it was refused or cancelled there',
    next: 'Start the login again.',
  });
}

function tooManyCodes(): Failure {
  return new Failure({
    kind: 'mfa-rejected',
    what: 'No more codes are sent from here',
    why: 'five wrong ones lock the account',
    next: 'Answer the second factor on the page in the browser.',
  });
}
