import { MASK, parseEnv } from '../domain/env-text.ts';
import { RECORDING_CONSENT } from '../live/recording/recording-consent.ts';
import type { ActionField } from './action-field.ts';
import type { ActionContext } from './define-action.ts';

/** `yes` records what the session shows; asked for each time, so that nobody is recorded by a setting. */
export const RECORD_FIELD: ActionField = {
  id: 'record',
  label: 'Record it',
  kind: 'flag',
  required: false,
  help: 'yes: keep what appears on the screen in a file of your own.',
};

export interface SessionRecording {
  readonly wanted: boolean;
  /** Values of the process's environment; replaced in the file. Empty where they may not be read. */
  readonly secrets: readonly string[];
}

/** The values that a session in a process of that release is likely to show. */
export async function recordingOf(
  { reads, input, signal }: ActionContext,
  app: string,
  release: string,
): Promise<SessionRecording> {
  if (input.record !== 'yes') return { wanted: false, secrets: [] };
  if (release === '') return { wanted: true, secrets: [] };
  const found = await reads.release(app, release, { signal }).catch(() => undefined);
  const values = found ? [...parseEnv(found.env).values()] : [];
  return { wanted: true, secrets: values.filter((value) => value !== '' && value !== MASK) };
}

/** What a person agrees to by confirming. */
export function consentTo({ wanted }: SessionRecording): readonly string[] {
  return wanted ? [RECORDING_CONSENT] : [];
}
