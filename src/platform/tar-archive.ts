import { packFiles } from './pack-files.ts';
import { unpackFiles } from './unpack-files.ts';

/** A local file or folder as a tar archive with the names that a process will see; see {@link packFiles}. */
export async function packTar(localPath: string, remotePath: string): Promise<Uint8Array> {
  return (await packFiles(localPath, remotePath)).archive;
}

/**
 * Unpacks an archive of one remote path below (or as) `localPath`, never over anything; see {@link unpackFiles}.
 * Resolves with the files that were written.
 */
export async function unpackTar(
  archive: Uint8Array,
  localPath: string,
  remotePath?: string,
): Promise<readonly string[]> {
  const options = remotePath === undefined ? { localPath } : { localPath, remotePath };
  return (await unpackFiles(archive, options)).written;
}
