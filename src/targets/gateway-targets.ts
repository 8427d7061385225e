import { asFailure, Failure } from '../domain/failure.ts';
import { safeText } from '../domain/safe-text.ts';
import type { Environment } from '../platform/environment.ts';
import { homePath } from '../platform/home-path.ts';
import type { GatewayConfig, GatewayEntry } from './gateway-config.ts';
import type { GatewayConfigFile } from './gateway-config-file.ts';
import { damagedToken, gatewayTarget, isHeaderSafe, originOf } from './gateway-target.ts';
import { isExposed, normaliseGatewayUrl } from './gateway-url.ts';
import type { ProtocolClients } from './protocol-clients.ts';
import type { LoginMethod } from './target.ts';
import { type CurrentChoice, RANK, type SourceListing, type TargetCandidate } from './target-candidate.ts';

export interface GatewaySourceDependencies {
  readonly environment: Environment;
  readonly clients: ProtocolClients;
  readonly file: GatewayConfigFile;
  /** What `--rack` says: decides which rack a `RACK_GATEWAY_API_TOKEN` without `RACK_GATEWAY_URL` belongs to. */
  readonly wanted: string | undefined;
}

/** Upstream's name for a gateway that only `RACK_GATEWAY_URL` knows (gateway.md 2.9). */
export const FROM_ENVIRONMENT = '(from environment)';

/** The variables of gateway.md 2.9 and the older name of section 10, trimmed; blank counts as unset. */
interface GatewayVariables {
  readonly rack: string | undefined;
  readonly olderRack: string | undefined;
  readonly url: string | undefined;
  readonly apiToken: string | undefined;
}

/** Racks of the gateway CLI's config file and of the `RACK_GATEWAY_*` variables. Never rejects. */
export async function gatewayTargets(dependencies: GatewaySourceDependencies): Promise<SourceListing> {
  const problems: Failure[] = [];
  let config: GatewayConfig | undefined;
  try {
    config = await dependencies.file.read();
  } catch (error) {
    problems.push(asFailure(error, 'Could not read the gateway config file'));
  }
  return new GatewaySource(dependencies, config, problems).listing();
}

class GatewaySource {
  readonly #dependencies: GatewaySourceDependencies;
  readonly #config: GatewayConfig | undefined;
  readonly #problems: Failure[];
  readonly #variables: GatewayVariables;
  readonly #source: string;
  readonly #notices: string[] = [];

  constructor(dependencies: GatewaySourceDependencies, config: GatewayConfig | undefined, problems: Failure[]) {
    const { environment, file } = dependencies;
    this.#dependencies = dependencies;
    this.#config = config;
    this.#problems = problems;
    this.#variables = readVariables(environment);
    this.#source = homePath(file.path, environment.home);
  }

  listing(): SourceListing {
    const named = this.#variables.rack ?? this.#variables.olderRack;
    const fromUrl = this.#variables.url === undefined ? undefined : (named ?? FROM_ENVIRONMENT);
    const tokenFor = this.#apiTokenRack(named);
    const candidates: TargetCandidate[] = [];
    for (const [name, entry] of this.#config?.gateways ?? []) {
      if (name !== fromUrl) candidates.push(this.#fileCandidate(name, entry, name === tokenFor));
    }
    if (fromUrl !== undefined) candidates.push(this.#urlCandidate(fromUrl, this.#variables.url ?? ''));
    else if (named !== undefined && this.#config?.gateways.get(named) === undefined) {
      candidates.push(this.#unknownCandidate(named));
    }
    for (const name of this.#config?.broken ?? []) this.#problems.push(this.#brokenEntry(name));
    const choices = this.#choices(fromUrl, candidates);
    return { candidates, problems: this.#problems, notices: this.#notices, choices };
  }

  /** Upstream uses the token for whatever rack is selected; ours is the same rack, or none. */
  #apiTokenRack(named: string | undefined): string | undefined {
    const { apiToken, url } = this.#variables;
    if (apiToken === undefined || url !== undefined) return undefined;
    const known = (name: string | undefined) => name !== undefined && this.#config?.gateways.has(name) === true;
    const { wanted } = this.#dependencies;
    const rack = known(wanted) ? wanted : (named ?? this.#config?.current);
    if (!known(rack))
      this.#notices.push('RACK_GATEWAY_API_TOKEN is set, but no gateway rack is selected to use it for.');
    return rack;
  }

  #fileCandidate(name: string, entry: GatewayEntry, withApiToken: boolean): TargetCandidate {
    const shown = safeText(name, 120);
    const address = this.#address(entry.url, shown);
    const url = address instanceof Failure ? undefined : address;
    if (url !== undefined) this.#warnIfExposed(shown, url);
    const apiToken = withApiToken ? this.#variables.apiToken : undefined;
    const source = apiToken === undefined ? this.#source : `${this.#source} with RACK_GATEWAY_API_TOKEN`;
    const login: LoginMethod | undefined =
      apiToken === undefined && url !== undefined ? { kind: 'gateway', url, entry: name } : undefined;
    const problem = address instanceof Failure ? address : this.#tokenProblem(shown, apiToken ?? entry.token);
    return {
      name: shown,
      prefix: 'gateway',
      build: (unique, options) =>
        gatewayTarget({
          name: unique,
          url,
          source,
          problem,
          login,
          options,
          clients: this.#dependencies.clients,
          token: apiToken === undefined ? this.#storedToken(name, entry.token, url) : () => apiToken,
        }),
    };
  }

  /** `RACK_GATEWAY_URL`: with the API token, or the stored session if that was issued by the same origin. */
  #urlCandidate(name: string, typed: string): TargetCandidate {
    const shown = safeText(name, 120);
    const address = this.#address(typed, shown, 'RACK_GATEWAY_URL');
    const url = address instanceof Failure ? undefined : address;
    if (url !== undefined) this.#warnIfExposed(shown, url);
    const { apiToken } = this.#variables;
    const stored = this.#config?.gateways.get(name);
    const problem = address instanceof Failure ? address : this.#urlProblem(shown, address, stored);
    const entry = name === FROM_ENVIRONMENT ? undefined : name;
    const login: LoginMethod | undefined =
      apiToken === undefined && url !== undefined && entry !== undefined ? { kind: 'gateway', url, entry } : undefined;
    return {
      name: shown,
      prefix: 'gateway',
      build: (unique, options) =>
        gatewayTarget({
          name: unique,
          url,
          source: 'RACK_GATEWAY_URL',
          problem,
          login,
          options,
          clients: this.#dependencies.clients,
          token: apiToken === undefined ? this.#storedToken(name, stored?.token, url) : () => apiToken,
        }),
    };
  }

  #urlProblem(name: string, url: string, stored: GatewayEntry | undefined): Failure | undefined {
    const { apiToken } = this.#variables;
    if (apiToken !== undefined || stored?.token === undefined)
      return this.#tokenProblem(name, apiToken, 'RACK_GATEWAY_URL');
    const issuer = storedOrigin(stored);
    if (issuer === originOf(url)) return this.#tokenProblem(name, stored.token);
    return new Failure({
      kind: 'not-logged-in',
      what: `Not logged in to '${name}' at ${originOf(url)}`,
      why: `the stored session was issued by ${issuer || 'another server'}, and a session is never sent to another server`,
      next: `Unset RACK_GATEWAY_URL, or run \`rackdeck login ${name} ${url}\`.`,
      where: 'RACK_GATEWAY_URL',
    });
  }

  /** `RACK_GATEWAY_RACK` names what nobody knows: shown, so that the person sees why nothing else is selected. */
  #unknownCandidate(name: string): TargetCandidate {
    const shown = safeText(name, 120);
    const variable = this.#variables.rack === undefined ? 'GATEWAY_RACK' : 'RACK_GATEWAY_RACK';
    const problem = new Failure({
      kind: 'not-logged-in',
      what: `No gateway is known for '${shown}'`,
      why: `${variable} names it, but ${this.#source} has no such rack`,
      next: `Run \`rackdeck login ${shown} <gateway address>\`, or unset ${variable}.`,
      where: variable,
    });
    return {
      name: shown,
      prefix: 'gateway',
      build: (unique, options) =>
        gatewayTarget({
          name: unique,
          url: undefined,
          source: variable,
          problem,
          options,
          clients: this.#dependencies.clients,
          token: () => undefined,
        }),
    };
  }

  #choices(fromUrl: string | undefined, candidates: readonly TargetCandidate[]): CurrentChoice[] {
    const { rack, olderRack } = this.#variables;
    const choices: CurrentChoice[] = [];
    const add = (rank: number, name: string | undefined, from: string) => {
      if (name === undefined) return;
      const shown = safeText(name, 120);
      const candidate = candidates.find((item) => item.name === shown);
      choices.push({ rank, name: shown, from, candidate, partial: false });
    };
    add(RANK.gatewayRack, rack, 'RACK_GATEWAY_RACK');
    if (rack === undefined && olderRack !== undefined) {
      this.#notices.push('GATEWAY_RACK is an old name; use RACK_GATEWAY_RACK.');
      add(RANK.olderGatewayRack, olderRack, 'GATEWAY_RACK');
    }
    add(RANK.gatewayUrl, fromUrl, 'RACK_GATEWAY_URL');
    add(RANK.gatewayFile, this.#config?.current, this.#source);
    return choices;
  }

  /**
   * The token of this moment: a login in another terminal is used at once. That program writes in place, so a read may
   * meet half a file; the last good token is used then. Only for the origin that the token was issued for.
   */
  #storedToken(entry: string, initial: string | undefined, url: string | undefined): () => Promise<string | undefined> {
    let last = initial;
    const origin = url === undefined ? undefined : originOf(url);
    return async () => {
      try {
        const stored = (await this.#dependencies.file.read())?.gateways.get(entry);
        const ours = stored !== undefined && storedOrigin(stored) === origin;
        const token = ours ? stored.token : undefined;
        last = token !== undefined && isHeaderSafe(token) ? token : undefined;
      } catch {
        // As said above.
      }
      return last;
    };
  }

  #address(typed: string, name: string, variable?: string): string | Failure {
    try {
      return normaliseGatewayUrl(typed);
    } catch (error) {
      const failure = asFailure(error);
      return new Failure({
        kind: 'malformed',
        what: `The gateway address of '${name}' cannot be used`,
        why: failure.what,
        next: variable === undefined ? `Run \`rackdeck login ${name} <gateway address>\`.` : `Correct ${variable}.`,
        where: variable ?? this.#source,
      });
    }
  }

  #tokenProblem(name: string, token: string | undefined, where = this.#source): Failure | undefined {
    if (token === undefined) {
      return new Failure({
        kind: 'not-logged-in',
        what: `Not logged in to '${name}'`,
        why: `there is no session for it in ${this.#source}`,
        next:
          name === FROM_ENVIRONMENT
            ? 'Set RACK_GATEWAY_API_TOKEN, or name the rack with RACK_GATEWAY_RACK and log in.'
            : `Run \`rackdeck login ${name}\`.`,
        where,
      });
    }
    return isHeaderSafe(token) ? undefined : damagedToken(name, where, `Run \`rackdeck login ${name}\`.`);
  }

  #brokenEntry(name: string): Failure {
    return new Failure({
      kind: 'malformed',
      what: `The rack '${safeText(name, 120)}' in ${this.#source} is not usable`,
      why: 'its entry is not an object',
      next: 'Correct the file, or remove the entry and log in again.',
      where: this.#source,
    });
  }

  #warnIfExposed(name: string, url: string): void {
    if (isExposed(url)) this.#notices.push(`'${name}' is reached over plain http: its token can be read on the way.`);
  }
}

function storedOrigin(entry: GatewayEntry): string {
  try {
    return originOf(normaliseGatewayUrl(entry.url));
  } catch {
    return '';
  }
}

function readVariables({ env }: Environment): GatewayVariables {
  const filled = (name: string) => {
    const value = env[name]?.trim();
    return value === undefined || value === '' ? undefined : value;
  };
  return {
    rack: filled('RACK_GATEWAY_RACK'),
    olderRack: filled('GATEWAY_RACK'),
    url: filled('RACK_GATEWAY_URL'),
    apiToken: filled('RACK_GATEWAY_API_TOKEN'),
  };
}
