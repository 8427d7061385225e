/** What a command line asks for, checked; the shapes that main acts on. */
export interface CommonFlags {
  readonly rack?: string | undefined;
  readonly app?: string | undefined;
  readonly demo: DemoFlags | undefined;
  readonly debug: boolean;
  readonly color: boolean;
  readonly screenReader: boolean;
  /** Nothing may be changed in this run. */
  readonly readOnly: boolean;
  /** Undefined: what the settings say. */
  readonly notify?: NotifyChannel | undefined;
}

/** How to tell a person who is not looking: terminal bell, desktop notification of the terminal (OSC 9), not at all. */
export const NOTIFY_CHANNELS = ['bell', 'osc9', 'none'] as const;
export type NotifyChannel = (typeof NOTIFY_CHANNELS)[number];

export interface DemoFlags {
  readonly apps?: number | undefined;
  readonly processes?: number | undefined;
  /** Healthy racks except for this one failure. */
  readonly incident?: string | undefined;
}

export interface OutputFlags {
  readonly json: boolean;
  readonly plain: boolean;
}

export interface ViewRequest extends OutputFlags {
  readonly view: string;
  readonly service?: string | undefined;
  readonly filter?: string | undefined;
}

export interface LogsRequest {
  readonly source: 'app' | 'service' | 'process' | 'build' | 'rack';
  readonly name?: string | undefined;
  readonly sinceMs: number;
  readonly tail?: number | undefined;
  readonly follow: boolean;
  readonly filter?: string | undefined;
  readonly previous: boolean;
  readonly json: boolean;
}

export interface TriageRequest {
  readonly json: boolean;
  /** Exit 1 where a finding is at least this bad. */
  readonly failOn?: 'warning' | 'critical' | undefined;
}

export interface OpenRequest extends OutputFlags {
  /** As `formatViewAddress` writes it, or a part of that. */
  readonly address: string;
}

export interface BundleRequest {
  readonly out?: string | undefined;
  /** On stdout, and no file unless `out` names one. */
  readonly json: boolean;
  /** Log lines per process. */
  readonly lines: number;
}

export interface RecordRequest {
  readonly out?: string | undefined;
  readonly forMs?: number | undefined;
  readonly logs: boolean;
  readonly maxBytes: number;
}

export interface ReplayRequest extends OutputFlags {
  readonly file: string;
  /** Undefined: the dashboard, or what the recording holds. */
  readonly view?: string | undefined;
  readonly service?: string | undefined;
  readonly filter?: string | undefined;
  /** As `instantOf` (live/recording/playback.ts) reads it. */
  readonly at?: string | undefined;
}

export interface DoRequest {
  /** `process.stop`. */
  readonly action: string;
  /** Ids of what it is about. */
  readonly subjects: readonly string[];
  readonly service?: string | undefined;
  /** `field=value`. */
  readonly set: readonly string[];
  /** `field=path`; `-` is standard input. */
  readonly setFile: readonly string[];
  readonly yes: boolean;
  /** Digest of the preview that was read. */
  readonly expectPreview?: string | undefined;
  readonly dryRun: boolean;
  readonly reason?: string | undefined;
  readonly json: boolean;
}

export interface GuideRequest {
  readonly guide: string;
  readonly check: boolean;
  /** `field=value`. */
  readonly set: readonly string[];
  readonly json: boolean;
}

export type Invocation =
  | { readonly command: 'dashboard'; readonly common: CommonFlags }
  | { readonly command: 'view'; readonly common: CommonFlags; readonly view: ViewRequest }
  | { readonly command: 'logs'; readonly common: CommonFlags; readonly logs: LogsRequest }
  | { readonly command: 'doctor'; readonly common: CommonFlags; readonly json: boolean }
  | {
      readonly command: 'login';
      readonly common: CommonFlags;
      readonly name?: string | undefined;
      readonly url?: string | undefined;
      readonly browser: boolean;
    }
  | { readonly command: 'logout'; readonly common: CommonFlags; readonly name?: string | undefined }
  | { readonly command: 'do'; readonly common: CommonFlags; readonly do: DoRequest }
  | { readonly command: 'journal-verify'; readonly common: CommonFlags; readonly json: boolean }
  | { readonly command: 'triage'; readonly common: CommonFlags; readonly triage: TriageRequest }
  | { readonly command: 'open'; readonly common: CommonFlags; readonly open: OpenRequest }
  | { readonly command: 'bundle'; readonly common: CommonFlags; readonly bundle: BundleRequest }
  | { readonly command: 'record'; readonly common: CommonFlags; readonly record: RecordRequest }
  | { readonly command: 'replay'; readonly common: CommonFlags; readonly replay: ReplayRequest }
  | { readonly command: 'guides'; readonly common: CommonFlags; readonly json: boolean }
  | { readonly command: 'guide'; readonly common: CommonFlags; readonly guide: GuideRequest }
  /** Help or version was asked for: print and leave. */
  | { readonly command: 'print'; readonly text: string };
