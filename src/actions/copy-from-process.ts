import { bytesText } from '../domain/byte-size.ts';
import { asFailure, type Failure, withDetails } from '../domain/failure.ts';
import { type CopyFacts, copiedText, gatherCopy, notUp, REMOTE_PATH, skippedText } from './copied-files.ts';
import { defineAction } from './define-action.ts';
import type { UnpackedCopy } from './interaction.ts';
import { shellWord } from './shell-word.ts';

const DOWNLOAD = 'GET /apps/{app}/processes/{pid}/files';

/** What `tar` in the process says; a rack passes it on as an error of its own (500). */
const NOT_THERE = /no such file or directory/i;

/** An answer is one, whatever its status: nothing got lost, and there is nothing to look up. */
function notCopied(failure: Failure, process: string, remote: string): Failure {
  if (failure.status !== undefined && NOT_THERE.test(failure.message)) {
    return withDetails(failure, {
      kind: 'not-found',
      what: `There is no ${remote} in ${process}`,
      why: undefined,
      next: 'Look for it with a shell (s), and give its absolute path.',
    });
  }
  return failure.kind === 'server' && failure.status !== undefined
    ? withDetails(failure, { kind: 'invalid' })
    : failure;
}

export const copyFromProcess = defineAction<CopyFacts, UnpackedCopy>({
  id: 'process.copy-from',
  title: 'Copy files from the process',
  about: 'fetches a file or folder of a running process to this machine',
  on: ['processes'],
  tier: 1,
  subject: 'process',
  bulk: false,
  permissions: ['convox:file:read'],
  routes: [DOWNLOAD],
  fields: [
    { ...REMOTE_PATH, help: 'Absolute path of a file or folder.' },
    {
      id: 'local',
      label: 'Local path',
      kind: 'text',
      required: false,
      help: 'A folder that exists, or the name of the copy. Empty: the folder rackdeck was started in.',
    },
  ],
  gather: gatherCopy,
  preview: (facts, { rack }) => ({
    headline: `Copy ${facts.remote} from ${facts.process.id} of ${facts.process.app} on ${rack.name} to ${facts.local}`,
    effects: ['Nothing changes there. Files that exist here are not overwritten.'],
    warnings: [],
    ...notUp(facts),
  }),
  changes: () => [{ route: DOWNLOAD, times: 1 }],
  run: async ({ process, local, remote }, { interaction, writes, note, signal }) => {
    try {
      const archive = await writes.downloadFiles(process.app, process.id, remote, { signal });
      note(`${bytesText(archive.byteLength)} received`);
      return await interaction.unpack(archive, { remotePath: remote, localPath: local });
    } catch (error) {
      throw notCopied(asFailure(error), process.id, remote);
    }
  },
  observe: async (_facts, result) =>
    result
      ? {
          state: 'done',
          words: `${copiedText(result.written.length, result.bytes, result.localPath)}.${skippedText(result.skipped)}`,
        }
      : { state: 'absent', words: 'No file arrived, and there was nothing to change in the process.' },
  // Three looks that find nothing make a lost download one without effect.
  wait: { firstMs: 0, everyMs: 100, deadlineMs: 1_000, steady: 1 },
  echo: ({ process, local, remote }) =>
    `convox cp ${shellWord(process.id)}:${shellWord(remote)} ${shellWord(local)} -a ${shellWord(process.app)}`,
});
