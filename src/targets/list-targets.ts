import { asFailure, type Failure } from '../domain/failure.ts';
import { type ConfigFile, rackSettings, type Settings } from '../platform/config-file.ts';
import type { Environment } from '../platform/environment.ts';
import { homePath } from '../platform/home-path.ts';
import type { ConvoxSettings } from './convox-settings.ts';
import { convoxTargets } from './convox-targets.ts';
import { type DemoEndpoint, demoTargets } from './demo-targets.ts';
import type { GatewayConfigFile } from './gateway-config-file.ts';
import { gatewayTargets } from './gateway-targets.ts';
import type { OidcSessions } from './oidc-sessions.ts';
import { ownTargets } from './own-targets.ts';
import type { ProtocolClients } from './protocol-clients.ts';
import { rackUrlTarget } from './rack-url-target.ts';
import type { Target, TargetListing } from './target.ts';
import {
  type CurrentChoice,
  EMPTY_SOURCE,
  NO_OPTIONS,
  type SourceListing,
  type TargetCandidate,
} from './target-candidate.ts';
import { unmatchedNames, unmatchedSettings } from './unmatched-settings.ts';

export interface ListTargetsOptions {
  readonly environment: Environment;
  readonly clients: ProtocolClients;
  readonly gatewayFile: GatewayConfigFile;
  /** Given: only the embedded demo is listed; of the machine's files only our own one is read, for what is wrong with it. */
  readonly demo?: readonly DemoEndpoint[] | undefined;
  /** What `--rack` says. */
  readonly wanted?: string | undefined;
  /** Only the selected rack is needed: where it is known locally, no console is asked for its list. */
  readonly onlySelected?: boolean;
  /** Our own config file: racks of its own, and per-rack settings by the name that the list shows. */
  readonly own?: OwnConfig | undefined;
  readonly settings?: ConvoxSettings | undefined;
}

export interface OwnConfig {
  readonly file: ConfigFile;
  readonly oidc: OidcSessions;
}

/** Every rack that this machine knows, from all sources at once (convox-api.md 7.4). Never rejects. */
export async function listTargets(options: ListTargetsOptions): Promise<TargetListing> {
  const demo = options.demo === undefined ? undefined : demoTargets(options.demo, options.clients);
  const reading = await options.own?.file.read();
  // The demo has racks of its own; what is wrong with the file is said all the same, because its guardrails hold there too.
  const own = demo === undefined ? reading : undefined;
  const sources = demo === undefined ? await allSources(options, own?.settings.targets ?? []) : [demo];
  const candidates = sources.flatMap((source) => source.candidates);
  const names = uniqueNames(candidates);
  const targets = candidates.map((candidate) => {
    const name = names.get(candidate) ?? candidate.name;
    return candidate.build(name, own === undefined ? NO_OPTIONS : rackSettings(own.settings, name));
  });
  const current = currentName(
    sources.flatMap((source) => source.choices),
    candidates,
    names,
  );
  return {
    targets,
    problems: [
      ...(reading?.problems ?? []),
      ...sources.flatMap((source) => source.problems),
      ...settingsOfNobody(options, own?.settings, sources, targets),
    ],
    notices: sources.flatMap((source) => source.notices),
    current: current?.name,
    currentSource: current?.from,
  };
}

/** In the order in which they are shown: variables, gateways, terraform and direct racks, consoles, our own. */
async function allSources(options: ListTargetsOptions, entries: readonly unknown[]): Promise<SourceListing[]> {
  const { environment, clients, gatewayFile: file, wanted, onlySelected } = options;
  const convox = convoxTargets({ environment, clients, settings: options.settings });
  const local = Promise.all([
    guarded(rackUrlTarget(environment, clients)),
    guarded(gatewayTargets({ environment, clients, file, wanted })),
    guarded(convox.local()),
    guarded(ownSource(options, entries)),
  ]);
  const skip = onlySelected === true && isKnown(await local, wanted);
  const console = guarded(convox.console(skip));
  const [env, gateways, racks, own] = await local;
  return [env, sorted(gateways), sorted(racks), sorted(await console), sorted(own)];
}

/**
 * Only where every source has told all its racks: one that does not answer, or was not asked, may well know the rack that is
 * meant.
 */
function settingsOfNobody(
  { own, environment }: ListTargetsOptions,
  settings: Settings | undefined,
  sources: readonly SourceListing[],
  targets: readonly Target[],
): readonly Failure[] {
  const isWhole = sources.every(({ problems, isPartial }) => problems.length === 0 && isPartial !== true);
  if (own === undefined || settings === undefined || targets.length === 0 || !isWhole) return [];
  const racks = targets.map(({ name }) => name);
  return unmatchedNames(settings.racks.keys(), racks).map((name) =>
    unmatchedSettings(name, racks, homePath(own.file.path, environment.home)),
  );
}

async function ownSource(options: ListTargetsOptions, entries: readonly unknown[]): Promise<SourceListing> {
  const { own, clients, environment } = options;
  if (own === undefined || entries.length === 0) return EMPTY_SOURCE;
  return ownTargets({ entries, clients, oidc: own.oidc, source: homePath(own.file.path, environment.home) });
}

function isKnown(sources: readonly SourceListing[], wanted: string | undefined): boolean {
  const candidates = sources.flatMap((source) => source.candidates);
  const choice = bestChoice(sources.flatMap((source) => source.choices));
  const name = wanted ?? choice?.candidate?.name ?? choice?.name;
  return candidates.some((candidate) => candidate.name === name);
}

/** A source that fails as a whole is one problem; the others stand. */
async function guarded(source: Promise<SourceListing>): Promise<SourceListing> {
  try {
    return await source;
  } catch (error) {
    const problem: Failure = asFailure(error, 'A list of racks could not be read');
    return { ...EMPTY_SOURCE, problems: [problem] };
  }
}

function sorted(source: SourceListing): SourceListing {
  const candidates = source.candidates.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return { ...source, candidates };
}

/**
 * Every name once. All bearers of a doubled name get their source in front, so that the bare name selects none of them by
 * accident; what is still doubled is numbered.
 */
function uniqueNames(candidates: readonly TargetCandidate[]): ReadonlyMap<TargetCandidate, string> {
  const count = new Map<string, number>();
  for (const { name } of candidates) count.set(name, (count.get(name) ?? 0) + 1);
  const taken = new Set(candidates.filter(({ name }) => count.get(name) === 1).map(({ name }) => name));
  const names = new Map<TargetCandidate, string>();
  for (const candidate of candidates) {
    if (count.get(candidate.name) === 1) {
      names.set(candidate, candidate.name);
      continue;
    }
    const wished = `${candidate.prefix}:${candidate.name}`;
    let name = wished;
    for (let number = 2; taken.has(name); number += 1) name = `${wished}-${number}`;
    taken.add(name);
    names.set(candidate, name);
  }
  return names;
}

/** The choice of the lowest rank, as the name that the list shows; as it was written where nothing matches. */
function currentName(
  choices: readonly CurrentChoice[],
  candidates: readonly TargetCandidate[],
  names: ReadonlyMap<TargetCandidate, string>,
): { readonly name: string; readonly from: string } | undefined {
  const choice = bestChoice(choices);
  if (choice === undefined) return undefined;
  const candidate = choice.candidate ?? matching(choice, candidates);
  const name = candidate === undefined ? undefined : names.get(candidate);
  return { name: name ?? choice.name, from: choice.from };
}

function bestChoice(choices: readonly CurrentChoice[]): CurrentChoice | undefined {
  return choices.toSorted((a, b) => a.rank - b.rank)[0];
}

function matching(choice: CurrentChoice, candidates: readonly TargetCandidate[]): TargetCandidate | undefined {
  const exact = candidates.filter(({ name }) => name === choice.name);
  if (exact.length > 0) return exact.length === 1 ? exact[0] : undefined;
  const part = choice.partial ? candidates.filter(({ name }) => name.includes(choice.name)) : [];
  return part.length === 1 ? part[0] : undefined;
}
