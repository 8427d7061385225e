import { bytesText } from '../domain/byte-size.ts';
import type { Process } from '../domain/process.ts';
import type { ActionField } from './action-field.ts';
import type { ActionContext } from './define-action.ts';

export interface CopyFacts {
  readonly process: Process;
  readonly local: string;
  readonly remote: string;
}

export async function gatherCopy({ reads, subjects, input, signal }: ActionContext): Promise<CopyFacts> {
  const [subject] = subjects;
  const process = await reads.process(subject?.app ?? '', subject?.id ?? '', { signal });
  return { process, local: input.local?.trim() || '.', remote: input.remote?.trim() ?? '' };
}

export const REMOTE_PATH: Omit<ActionField, 'help'> = {
  id: 'remote',
  label: 'Path in the process',
  kind: 'text',
  required: true,
  check: (value) => {
    const path = value.trim();
    if (!path.startsWith('/')) return 'Path in the process must begin with /';
    return path.split('/').includes('..') ? 'Path in the process must not contain ..' : undefined;
  },
};

/** Files are copied by a program inside the process: it must be up. */
export function notUp({ process }: CopyFacts): { readonly blocked?: string } {
  const up = process.status === 'running' || process.status === 'unhealthy' || process.status === 'starting';
  return up
    ? {}
    : { blocked: `${process.id} is ${process.status}: files are copied with tar inside a running process.` };
}

export function filesText(count: number): string {
  return count === 1 ? '1 file' : `${count} files`;
}

/** `3 files (1.2 KiB) are at /tmp in web-1`, without the end of the sentence. */
export function copiedText(count: number, bytes: number, place: string): string {
  return `${filesText(count)} (${bytesText(bytes)}) ${count === 1 ? 'is' : 'are'} at ${place}`;
}

/** What was left out, for the panel. */
export function skippedText(skipped: readonly string[]): string {
  return skipped.length === 0 ? '' : ` Left out: ${skipped.slice(0, 5).join('; ')}${skipped.length > 5 ? ' ...' : ''}.`;
}
