import { bytesText } from '../domain/byte-size.ts';
import { type CopyFacts, copiedText, filesText, gatherCopy, notUp, REMOTE_PATH, skippedText } from './copied-files.ts';
import { defineAction } from './define-action.ts';
import { shellWord } from './shell-word.ts';

const UPLOAD = 'POST /apps/{app}/processes/{pid}/files';

interface Result {
  readonly files: number;
  readonly bytes: number;
  readonly remotePath: string;
  readonly skipped: readonly string[];
}

export const copyToProcess = defineAction<CopyFacts, Result>({
  id: 'process.copy-to',
  title: 'Copy files to the process',
  about: 'puts a local file or folder into a running process',
  on: ['processes'],
  tier: 2,
  subject: 'process',
  bulk: false,
  permissions: ['convox:file:create'],
  routes: [UPLOAD],
  fields: [
    {
      id: 'local',
      label: 'Local path',
      kind: 'text',
      required: true,
      help: 'File or folder on this machine, from the folder rackdeck was started in.',
    },
    { ...REMOTE_PATH, help: 'Absolute. With a / at its end: a folder to put it into.' },
  ],
  gather: gatherCopy,
  preview: (facts, { rack }) => ({
    headline: `Copy ${facts.local} to ${facts.remote} in ${facts.process.id} of ${facts.process.app} on ${rack.name}`,
    effects: [
      'Files of the same name there are overwritten.',
      'The copy is in this one process only, and is gone when that ends.',
    ],
    warnings: [],
    ...notUp(facts),
  }),
  changes: () => [{ route: UPLOAD, times: 1 }],
  run: async ({ process, local, remote }, { interaction, writes, note, signal }) => {
    const { archive, files, bytes, remotePath, skipped } = await interaction.pack(local, remote);
    note(`${filesText(files)}, ${bytesText(bytes)} packed.${skippedText(skipped)}`);
    await writes.uploadFiles(process.app, process.id, archive, { signal });
    return { files, bytes, remotePath, skipped };
  },
  // The route that would read them back runs tar in the process again; its `ok` comes after the last byte was unpacked.
  observe: async ({ process }, result) =>
    result
      ? {
          state: 'done',
          words: `${copiedText(result.files, result.bytes, result.remotePath)} in ${process.id}.${skippedText(result.skipped)}`,
        }
      : {
          state: 'unknown',
          words: `Whether the files arrived in ${process.id}, whole or in part, is not known. Copying them again does no harm.`,
        },
  wait: { firstMs: 0, everyMs: 1_000, deadlineMs: 0, steady: 1 },
  echo: ({ process, local, remote }) =>
    `convox cp ${shellWord(local)} ${shellWord(process.id)}:${shellWord(remote)} -a ${shellWord(process.app)}`,
});
