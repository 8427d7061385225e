const MIB = 1;
const GIB = 1_024;
const TIB = 1_024 * GIB;

/** MiB as tables show them: `143 MiB`, `1.2 GiB`; `-` where unknown (convox-api.md 5.1). */
export function mebibytesText(mib: number | undefined): string {
  if (mib === undefined || !Number.isFinite(mib)) return '-';
  // Compared after rounding, so that 1,023.7 MiB is not written as 1024 MiB.
  if (mib >= TIB - 0.05 * GIB) return `${(mib / TIB).toFixed(1)} TiB`;
  if (mib >= GIB - 0.5) return `${(mib / GIB).toFixed(1)} GiB`;
  return `${Math.round(mib)} MiB`;
}

const UNITS: Readonly<Record<string, number>> = {
  '': MIB,
  ki: MIB / 1_024,
  mi: MIB,
  gi: GIB,
  ti: TIB,
  k: 1_000 / 1_048_576,
  m: 1_000_000 / 1_048_576,
  g: 1_000_000_000 / 1_048_576,
  t: 1_000_000_000_000 / 1_048_576,
};

/** `512Mi`, `1Gi`, `300M`, `1.5GiB` or a bare number of MiB, in MiB; undefined for anything else. */
export function parseMebibytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]i?)?b?$/i.exec(text.trim());
  if (!match) return undefined;
  const unit = UNITS[(match[2] ?? '').toLowerCase()];
  return unit === undefined ? undefined : Number(match[1]) * unit;
}
