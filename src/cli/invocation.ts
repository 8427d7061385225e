/** What a command line asks for, checked; the shapes that main acts on. */
export interface CommonFlags {
  readonly rack?: string | undefined;
  readonly app?: string | undefined;
  readonly demo: DemoFlags | undefined;
  readonly debug: boolean;
  readonly color: boolean;
  readonly screenReader: boolean;
}

export interface DemoFlags {
  readonly apps?: number | undefined;
  readonly processes?: number | undefined;
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
  /** Help or version was asked for: print and leave. */
  | { readonly command: 'print'; readonly text: string };
