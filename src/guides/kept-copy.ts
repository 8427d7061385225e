import { shellWord } from '../actions/shell-word.ts';
import type { StepEvidence } from '../domain/guide-step.ts';
import type { GuideContext } from './define-guide.ts';
import { seen } from './step-results.ts';

/** `missing`: gone, or never made; `damaged`: there, and not what was written. */
export type CopyCondition = 'intact' | 'damaged' | 'missing';

type Kept = Readonly<Record<string, string>>;

/** Is a copy of a folder or of a text still what it was when it was made? By the checksums that were kept with it. */
export async function copyCondition({ path, sha256, kind }: Kept, { reads }: GuideContext): Promise<CopyCondition> {
  // Without its checksum it was never made to the end.
  if (path === undefined || sha256 === undefined) return 'missing';
  const { keptFile, keptDigest } = reads.local;
  if (kind !== 'folder') {
    const digest = await keptDigest(path);
    return digest === undefined ? 'missing' : digest === sha256 ? 'intact' : 'damaged';
  }
  if ((await keptDigest(`${path}/terraform.tfstate`)) === undefined) return 'missing';
  const [list, digest] = await Promise.all([keptFile(`${path}.sha256`), keptDigest(`${path}.sha256`)]);
  if (list === undefined || digest !== sha256) return 'damaged';
  const lines = list.split('\n').filter((line) => line !== '');
  const same = await Promise.all(
    lines.map(async (line) => (await keptDigest(`${path}/${line.slice(66)}`)) === line.slice(0, 64)),
  );
  return same.every(Boolean) ? 'intact' : 'damaged';
}

/** The copy of `aws-auth` from before a change, and how to go back to it where this program cannot be used. */
export function awsAuthCopy(kept: Kept | undefined): readonly StepEvidence[] {
  const { backup, sha256 = '' } = kept ?? {};
  if (backup === undefined) return [];
  return [
    seen('copy from before', backup),
    seen('sha-256', sha256),
    seen('restore by hand', `kubectl -n kube-system replace -f ${shellPath(backup)}`),
  ];
}

/** A path as a shell takes it; the tilde of the home folder is left to the shell. */
export function shellPath(path: string): string {
  return path.startsWith('~/') ? `~/${shellWord(path.slice(2))}` : shellWord(path);
}
