import { percentText } from '../../domain/cpu.ts';
import type { System } from '../../domain/system.ts';
import { type Line, lineWidth, type Span } from '../text/line.ts';
import type { Glyphs } from '../theme/glyphs.ts';
import type { Role } from '../theme/role.ts';
import { sparkline } from '../theme/sparkline.ts';
import type { Vitals } from './vitals.ts';

export interface VitalsHistory {
  readonly cpu: readonly number[];
  readonly memory: readonly number[];
}

const NARROW_SPARK = 6;
const WIDE_SPARK = 16;
/** Terminals from this width on have room for longer sparklines. */
const WIDE = 140;
const ROOMY = 100;

/** `cpu ▃▄▅▆▅▄ 61%   mem … 72%   nodes 6/6   apps 14   procs 212   v3.24.9 aws   ! 2 findings`, cut by whole parts. */
export function vitalsLine(
  vitals: Vitals,
  history: VitalsHistory,
  system: System | undefined,
  width: number,
  glyphs: Glyphs,
): Line {
  const spark = width >= WIDE ? WIDE_SPARK : NARROW_SPARK;
  const parts: Line[] = [];
  if (vitals.cpu !== undefined) parts.push(meter('cpu', vitals.cpu, history.cpu, spark, glyphs));
  if (vitals.memory !== undefined) parts.push(meter('mem', vitals.memory, history.memory, spark, glyphs));
  if (vitals.nodes !== undefined) parts.push(nodes(vitals));
  if (vitals.apps !== undefined) parts.push(fact('apps', `${vitals.apps}`));
  if (vitals.processes !== undefined) parts.push(fact('procs', `${vitals.processes}`));
  if (system) parts.push([{ text: `${versionText(system.version)} ${system.provider}`.trim(), role: 'muted' }]);
  const findings = findingsPart(vitals.findings);
  return joinFitting(parts, findings, width);
}

function meter(label: string, share: number, history: readonly number[], width: number, glyphs: Glyphs): Line {
  const role = loadRole(share);
  return [
    { text: `${label} `, role: 'muted' },
    { text: glyphs.noSpark.repeat(Math.max(0, width - history.length)), role: 'muted' },
    { text: sparkline(history, width, glyphs, 1), role },
    { text: ` ${percentText(share)}`, role: role === 'good' ? 'plain' : role },
  ];
}

function loadRole(share: number): Role {
  if (share >= 0.95) return 'critical';
  return share >= 0.85 ? 'warning' : 'good';
}

function nodes(vitals: Vitals): Line {
  const missing = (vitals.nodesReady ?? 0) < (vitals.nodes ?? 0);
  const value: Span = { text: `${vitals.nodesReady}/${vitals.nodes}`, role: missing ? 'warning' : 'plain' };
  return [{ text: 'nodes ', role: 'muted' }, value];
}

function fact(label: string, value: string): Line {
  return [{ text: `${label} `, role: 'muted' }, { text: value }];
}

function findingsPart(count: number | undefined): Line | undefined {
  if (count === undefined) return undefined;
  if (count === 0) return [{ text: '+ no findings', role: 'good' }];
  return [{ text: `! ${count} finding${count === 1 ? '' : 's'}`, role: 'warning', bold: true }];
}

function versionText(version: string): string {
  return /^\d+\.\d/.test(version) ? `v${version}` : version;
}

/** Findings matter most and stay; other parts go from the right until the line fits. */
function joinFitting(parts: readonly Line[], last: Line | undefined, width: number): Line {
  for (let kept = parts.length; kept >= 0; kept -= 1) {
    const shown = [...parts.slice(0, kept), ...(last ? [last] : [])];
    const gap = width >= ROOMY ? '   ' : '  ';
    const line: Line = shown.flatMap((part, at) => [{ text: at === 0 ? ' ' : gap }, ...part]);
    if (lineWidth(line) <= width || kept === 0) return line;
  }
  return [];
}
