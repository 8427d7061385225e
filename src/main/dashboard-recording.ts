import { resolve } from 'node:path';
import { asFailure } from '../domain/failure.ts';
import type { Deck } from '../live/deck.ts';
import type { RecordingRun } from '../live/recording/recording-run.ts';
import type { RecordingTap } from '../live/recording/recording-tap.ts';
import type { Environment } from '../platform/environment.ts';
import type { TargetListing } from '../targets/target.ts';
import type { RecordingControls } from '../ui/recording-controls.ts';

/** One file of a recording that was started with a key and forgotten. */
const MAX_BYTES = 200_000_000;

export interface DashboardRecordingOptions {
  readonly environment: Environment;
  readonly version: string;
  readonly deck: Deck;
  readonly tap: RecordingTap;
  readonly listing: () => TargetListing;
}

/** `record` in the palette. What it needs is loaded when somebody does. */
export class DashboardRecording implements RecordingControls {
  readonly #options: DashboardRecordingOptions;
  readonly #listeners = new Set<(remark: string | undefined) => void>();
  #run: RecordingRun | undefined;
  #starting = false;
  since: number | undefined;

  constructor(options: DashboardRecordingOptions) {
    this.#options = options;
  }

  async toggle(): Promise<string> {
    if (this.#run) return (await import('../cli/run-record.ts')).resultText(await this.#run.stop());
    if (this.#starting) return 'Recording is about to start';
    this.#starting = true;
    try {
      return await this.#start();
    } finally {
      this.#starting = false;
    }
  }

  subscribe(listener: (remark: string | undefined) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The program ends: the file is closed properly. */
  async dispose(): Promise<void> {
    this.#listeners.clear();
    await this.#run?.stop();
  }

  async #start(): Promise<string> {
    const { environment, version, deck, tap, listing } = this.#options;
    const { now, cwd } = environment;
    const { RecordingRun } = await import('../live/recording/recording-run.ts');
    const { recordingName, resultText } = await import('../cli/run-record.ts');
    const path = resolve(cwd, recordingName(now()));
    const by = `rackdeck ${version}`;
    const run = await RecordingRun.start({
      path,
      by,
      tap,
      deck,
      listing: listing(),
      logs: true,
      maxBytes: MAX_BYTES,
      now,
    });
    this.#run = run;
    this.since = now();
    void run.finished.then((result) => {
      this.#run = undefined;
      this.since = undefined;
      const why = result.end === 'error' ? asFailure(result.error).message : resultText(result);
      this.#tell(result.end === 'stopped' ? undefined : `Recording ended: ${why}`);
    });
    this.#tell(undefined);
    return `Recording to ${path}; \`record\` in the palette stops it`;
  }

  #tell(remark: string | undefined): void {
    for (const listener of this.#listeners) listener(remark);
  }
}
