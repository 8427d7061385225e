import type { Failure } from '../domain/failure.ts';
import type { Target } from './target.ts';

/** Per-target settings of our own config file. */
export interface TargetOptions {
  readonly insecure: boolean;
  readonly protected: boolean;
  readonly readOnly: boolean;
}

export const NO_OPTIONS: TargetOptions = { insecure: false, protected: false, readOnly: false };

/** A rack that a source found, before names are made unique and settings applied. */
export interface TargetCandidate {
  readonly name: string;
  /** Put in front of the name where two sources have the same one: `gateway:staging`. */
  readonly prefix: 'env' | 'gateway' | 'terraform' | 'direct' | 'console' | 'oidc' | 'demo';
  build(name: string, options: TargetOptions): Target;
}

/**
 * A rack named by a variable or file, when no flag says otherwise. The lowest rank wins; ranks join the orders of
 * gateway.md 2.9 and convox-api.md 7.1: variables before project files before what was selected some day.
 */
export interface CurrentChoice {
  readonly rank: number;
  readonly name: string;
  /** What named it: `CONVOX_RACK`. */
  readonly from: string;
  /** Where the source knows exactly which candidate is meant. */
  readonly candidate?: TargetCandidate | undefined;
  /** Convox names may be a unique part of a rack's name. */
  readonly partial: boolean;
}

export const RANK = {
  rackUrl: 1,
  gatewayRack: 2,
  gatewayUrl: 3,
  convoxRack: 4,
  olderGatewayRack: 5,
  projectFile: 6,
  legacyFile: 7,
  gatewayFile: 8,
  convoxFile: 9,
} as const;

export interface SourceListing {
  readonly candidates: readonly TargetCandidate[];
  readonly problems: readonly Failure[];
  readonly notices: readonly string[];
  readonly choices: readonly CurrentChoice[];
  /** It knows more racks, but was not asked for them. */
  readonly isPartial?: boolean;
}

export const EMPTY_SOURCE: SourceListing = { candidates: [], problems: [], notices: [], choices: [] };
