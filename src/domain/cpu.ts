/** Cores as tables show them: `0.25c`, `1.90c`, `12c`; `-` where unknown (convox-api.md 5.1). */
export function coresText(cores: number | undefined): string {
  if (cores === undefined || !Number.isFinite(cores)) return '-';
  return `${cores >= 9.995 ? cores.toFixed(0) : cores.toFixed(2)}c`;
}

/** Millicores as requests show them: `250m`, `2000m`. */
export function millicoresText(millicores: number): string {
  return `${Math.round(millicores)}m`;
}

/** `500m`, `0.5`, `0.5c` or `2` in cores; undefined for anything else. */
export function parseCores(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(m|c)?$/i.exec(text.trim());
  if (!match) return undefined;
  const value = Number(match[1]);
  return match[2]?.toLowerCase() === 'm' ? value / 1_000 : value;
}

/** A share of 1 as a percentage: `61%`; `-` where unknown. */
export function percentText(share: number | undefined): string {
  return share === undefined || !Number.isFinite(share) ? '-' : `${Math.round(share * 100)}%`;
}
