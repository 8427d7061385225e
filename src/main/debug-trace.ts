import { openDebugLog, SILENT_LOG, wantsDebugLog } from '../platform/debug-log.ts';
import type { Environment } from '../platform/environment.ts';
import type { RequestTrace } from '../protocol/endpoint.ts';

export interface Trace {
  /** Spread into the world's options; empty where no log is wanted, so that requests cost nothing extra. */
  readonly hook: { readonly trace?: (line: RequestTrace) => void };
  close(): Promise<void>;
}

/** `--debug` or RACKDECK_DEBUG: one line per request in the debug log: method, path, status, time; never a secret. */
export async function openTrace(environment: Environment, flag: boolean): Promise<Trace> {
  if (!wantsDebugLog(environment, flag)) return { hook: {}, close: SILENT_LOG.close };
  const log = await openDebugLog(environment);
  return {
    hook: {
      trace: ({ method, origin, path, status, durationMs, failure }) =>
        log.write('request', { method, origin, path, status, ms: Math.round(durationMs), failure }),
    },
    close: () => log.close(),
  };
}
