import { baseInterval } from './poll-pace.ts';
import type { RackSession } from './rack-session.ts';

/** A rack is sampled this often at least, whatever is on screen. */
const SAMPLE_MS = 60_000;

/**
 * Asks for load and changes for as long as the session lives: three requests a minute at most, whatever the number of apps
 * (performance.md P12), most of them shared with what is on screen. The session's history listens to the answers.
 */
export function keepSampling(session: Pick<RackSession, 'target' | 'watch' | 'history'>): void {
  void session.history.load();
  session.watch<true>({
    key: ['samples'],
    pace: SAMPLE_MS / baseInterval(session.target.kind),
    read: async (reads, signal) => {
      // What a role or a rack refuses is left out; whoever shows it says why.
      await Promise.allSettled([
        reads.instances({ signal }),
        reads.systemProcesses({ all: true }, { signal }),
        reads.apps({ signal }),
      ]);
      return true;
    },
  });
}
