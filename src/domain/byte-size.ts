const KIB = 1_024;
const MIB = 1_024 * KIB;

/** Bytes as tables show them: `312 B`, `1.5 KiB`, `2.0 MiB`. */
export function bytesText(bytes: number): string {
  if (bytes < KIB) return `${bytes} B`;
  // Compared after rounding, so that one byte less than a MiB is not written as 1024.0 KiB.
  if (bytes < MIB - 0.05 * KIB) return `${(bytes / KIB).toFixed(1)} KiB`;
  return `${(bytes / MIB).toFixed(1)} MiB`;
}
