import { join } from 'node:path';
import { asFailure, Failure } from '../domain/failure.ts';
import { safeText } from '../domain/safe-text.ts';
import { readTextFile } from '../platform/atomic-file.ts';
import type { Environment } from '../platform/environment.ts';
import { consoleTarget } from './console-target.ts';
import { type ConsoleLogin, ConvoxSettings, cleanName, type LocalRack, textMember } from './convox-settings.ts';
import { directTarget } from './direct-target.ts';
import { isHeaderSafe } from './gateway-target.ts';
import { isExposed } from './gateway-url.ts';
import type { ProtocolClients } from './protocol-clients.ts';
import { basicCredential, parseRackAddress, type RackAddress } from './rack-address.ts';
import {
  type CurrentChoice,
  EMPTY_SOURCE,
  RANK,
  type SourceListing,
  type TargetCandidate,
} from './target-candidate.ts';
import { readTerraformRack } from './terraform-rack.ts';

export interface ConvoxSourceDependencies {
  readonly environment: Environment;
  readonly clients: ProtocolClients;
  readonly settings?: ConvoxSettings | undefined;
  /** Longest wait for a console's list, ms. */
  readonly consoleTimeoutMs?: number;
}

const CONSOLE_TIMEOUT_MS = 5_000;

/** The two halves of what the convox CLI knows: its files, and the list of its console. */
export interface ConvoxSource {
  local(): Promise<SourceListing>;
  /** `skip`: the list is not needed, nothing is sent. */
  console(skip: boolean): Promise<SourceListing>;
}

export function convoxTargets(dependencies: ConvoxSourceDependencies): ConvoxSource {
  const settings = dependencies.settings ?? new ConvoxSettings(dependencies.environment);
  return {
    local: () => localTargets(dependencies, settings),
    console: (skip) => (skip ? skippedConsole(settings) : consoleTargets(dependencies, settings)),
  };
}

async function localTargets(
  { environment, clients }: ConvoxSourceDependencies,
  settings: ConvoxSettings,
): Promise<SourceListing> {
  const problems: Failure[] = [];
  const racks = await settings.localRacks().catch((error: unknown) => {
    problems.push(asFailure(error));
    return [];
  });
  const found = await Promise.all(racks.map((rack) => localCandidate(rack, settings, clients)));
  const choices = await currentChoices(environment, settings, problems);
  const candidates = found.map((item) => item.candidate);
  const notices = found.flatMap((item) => item.notices);
  return { candidates, problems, notices, choices };
}

interface LocalFinding {
  readonly candidate: TargetCandidate;
  readonly notices: readonly string[];
}

async function localCandidate(
  rack: LocalRack,
  settings: ConvoxSettings,
  clients: ProtocolClients,
): Promise<LocalFinding> {
  const source = await settings.label('racks', rack.name);
  const name = cleanName(rack.name);
  const isTerraform = rack.kind === 'terraform';
  const { address, provider, status } = isTerraform
    ? await readTerraformRack(name, rack.path, source)
    : await readDirectRack(rack, source, settings);
  const exposed = !(address instanceof Failure) && isExposed(address.baseUrl);
  const notices = exposed ? [`'${name}' is reached over plain http: its password can be read on the way.`] : [];
  return {
    notices,
    candidate: {
      name,
      prefix: rack.kind,
      build: (unique, options) => directTarget({ name: unique, address, source, provider, status, options, clients }),
    },
  };
}

interface DirectRack {
  readonly address: RackAddress | Failure;
  readonly provider: string | undefined;
  readonly status: string | undefined;
}

async function readDirectRack(rack: LocalRack, source: string, settings: ConvoxSettings): Promise<DirectRack> {
  // A cache of the convox CLI: nice to have, never worth a complaint.
  const meta = await settings.object('rack-meta', `${rack.name}.json`).catch(() => undefined);
  const provider = optionalText(textMember(meta, 'provider'));
  const status = optionalText(textMember(meta, 'status'));
  try {
    const [line = ''] = (await settings.text('racks', rack.name))?.split('\n') ?? [];
    return { address: parseRackAddress(line, source), provider, status };
  } catch (error) {
    return { address: asFailure(error), provider, status };
  }
}

function optionalText(text: string | undefined): string | undefined {
  return text === undefined ? undefined : safeText(text, 80);
}

/** convox-api.md 7.1, without `RACK_URL` and the flag. */
async function currentChoices(
  environment: Environment,
  settings: ConvoxSettings,
  problems: Failure[],
): Promise<CurrentChoice[]> {
  const choices: CurrentChoice[] = [];
  const add = (rank: number, text: string | undefined, from: string) => {
    const name = text === undefined ? '' : cleanName(text);
    if (name !== '') choices.push({ rank, name, from, partial: true });
  };
  add(RANK.convoxRack, environment.env.CONVOX_RACK, 'CONVOX_RACK');
  const reads = [
    async () => add(RANK.projectFile, await readTextFile(join(environment.cwd, '.convox', 'rack')), '.convox/rack'),
    async () => add(RANK.legacyFile, await settings.text('rack'), await settings.label('rack')),
    async () => {
      // `convox switch` to a direct rack leaves `{}` behind: nothing is selected then (convox-api.md 7.6).
      const name = cleanName(textMember(await settings.object('current'), 'name') ?? '');
      const from = await settings.label('current');
      if (name !== '') choices.push({ rank: RANK.convoxFile, name, from, partial: false });
    },
  ];
  await Promise.all(reads.map((read) => read().catch((error: unknown) => problems.push(asFailure(error)))));
  return choices;
}

async function consoleTargets(
  dependencies: ConvoxSourceDependencies,
  settings: ConvoxSettings,
): Promise<SourceListing> {
  const login = await settings.consoleLogin();
  if (login === undefined) return EMPTY_SOURCE;
  const baseUrl = consoleUrl(login.host, dependencies.environment);
  if (baseUrl === undefined) return { ...EMPTY_SOURCE, problems: [unusableHost(login.host)] };
  if (login.token === undefined || !isHeaderSafe(login.token)) {
    return { ...EMPTY_SOURCE, problems: [notLoggedIn(login.host, 'there is no usable login for it', undefined)] };
  }
  const context = { ...dependencies, baseUrl, login, token: login.token };
  const notices = isExposed(baseUrl) ? [`The console ${login.host} is reached over plain http.`] : [];
  try {
    return { ...EMPTY_SOURCE, notices, candidates: await listConsole(context) };
  } catch (error) {
    const problem = consoleProblem(login.host, asFailure(error));
    const candidates = await rememberedConsoleRack(context, settings);
    return { ...EMPTY_SOURCE, notices, candidates, problems: [problem] };
  }
}

async function skippedConsole(settings: ConvoxSettings): Promise<SourceListing> {
  const isPartial = await settings.consoleHost().then(
    (host) => host !== undefined,
    // What is wrong there is told when it is asked.
    () => true,
  );
  return { ...EMPTY_SOURCE, isPartial };
}

interface ConsoleContext extends ConvoxSourceDependencies {
  readonly baseUrl: string;
  readonly login: ConsoleLogin;
  readonly token: string;
}

async function listConsole(context: ConsoleContext): Promise<TargetCandidate[]> {
  const { clients, baseUrl, login, token } = context;
  const credential = basicCredential('convox', token);
  const api = clients.console({
    baseUrl,
    authorization: () => credential,
    headers: (): Readonly<Record<string, string>> => (login.session === undefined ? {} : { session: login.session }),
    dialect: 'console',
  });
  try {
    const racks = await api.racks({ signal: AbortSignal.timeout(context.consoleTimeoutMs ?? CONSOLE_TIMEOUT_MS) });
    return racks.map((rack) =>
      consoleCandidate(context, `${rack.organization}/${rack.name}`, rack.provider || 'unknown', rack.status),
    );
  } finally {
    await api.close();
  }
}

function consoleCandidate(
  { clients, baseUrl, login, token }: ConsoleContext,
  rack: string,
  provider: string | undefined,
  status: string | undefined,
): TargetCandidate {
  const source = `the console ${safeText(login.host, 200)}`;
  const { session } = login;
  return {
    name: cleanName(rack),
    prefix: 'console',
    build: (name, options) =>
      consoleTarget({ name, rack, baseUrl, token, session, source, provider, status, options, clients }),
  };
}

/** The console does not list its racks now; the selected one may still be reached, and its name is all that takes. */
async function rememberedConsoleRack(context: ConsoleContext, settings: ConvoxSettings): Promise<TargetCandidate[]> {
  const current = await settings.object('current').catch(() => undefined);
  const name = textMember(current, 'name');
  if (textMember(current, 'type') !== 'console' || name === undefined || !/^[\x21-\x7e]+$/.test(name)) return [];
  return [consoleCandidate(context, name, undefined, undefined)];
}

/** https, or http where the variable of console developers says so (convox-api.md 7.2). */
export function consoleUrl(host: string, { env }: Pick<Environment, 'env'>): string | undefined {
  const scheme = env.X_DEV_ALLOW_HTTP === 'true' ? 'http' : 'https';
  const text = `${scheme}://${host}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && url.host !== '' && text.toLowerCase().replace(/\/$/, '') === url.origin
    ? url.origin
    : undefined;
}

function consoleProblem(host: string, failure: Failure): Failure {
  if (failure.kind === 'not-logged-in') return notLoggedIn(host, failure.why ?? failure.what, failure);
  const timedOut = failure.kind === 'cancelled' || failure.kind === 'timeout';
  return new Failure({
    kind: timedOut ? 'timeout' : failure.kind,
    what: `The console ${safeText(host, 200)} did not list its racks`,
    why: timedOut ? 'it did not answer in time' : (failure.why ?? failure.what),
    next: 'Racks from other places are listed; list again when it is back.',
    status: failure.status,
    requestId: failure.requestId,
    where: failure.where,
    cause: failure,
  });
}

function notLoggedIn(host: string, why: string, cause: Failure | undefined): Failure {
  return new Failure({
    kind: 'not-logged-in',
    what: `Not logged in to the console ${safeText(host, 200)}`,
    why,
    next: 'Run `convox login`; this program only reads what it leaves.',
    status: cause?.status,
    requestId: cause?.requestId,
    cause,
  });
}

function unusableHost(host: string): Failure {
  return new Failure({
    kind: 'malformed',
    what: `'${safeText(host.replace(/.*@/, ''), 200)}' is not a console's host name`,
    why: 'CONVOX_HOST or the settings file `console` holds something else than a host and an optional port',
    next: 'Correct it, or run `convox login`.',
  });
}
