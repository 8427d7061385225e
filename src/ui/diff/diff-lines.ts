import { ageText, isoText } from '../../domain/age.ts';
import type { ManifestDiff } from '../../domain/manifest-diff.ts';
import type { TreeChange } from '../../domain/manifest-tree-diff.ts';
import type { ReleaseDiff } from '../../domain/release-diff.ts';
import type { ReleasePair } from '../../resources/release-pair.ts';
import type { ScreenStyles } from '../text/screen-styles.ts';
import { joinStyled, parseStyled, type StyledLine } from '../text/styled-line.ts';
import type { Role } from '../theme/role.ts';

type ReleaseStep = ReleaseDiff['before'];

const INDENT = '    ';

/** What changes from one release to another: environment by key, manifest by path, build, and what lies between. */
export function diffLines(pair: ReleasePair, now: number, styles: ScreenStyles): readonly StyledLine[] {
  const { diff, active, choice, missing } = pair;
  const title = (text: string): StyledLine => joinStyled([[text, styles.role('title')]]);
  const muted = (text: string): StyledLine => joinStyled([[text, styles.role('muted')]]);
  return [
    title(`${diff.before.id} -> ${diff.after.id}${DIRECTION[diff.direction]}`),
    ...(choice === '' ? [] : [muted(`Compared with ${choice}; mark two with space to choose.`)]),
    ...stepLines('from', diff.before, active, now, styles),
    ...stepLines('to', diff.after, active, now, styles),
    BLANK,
    title('Environment (keys only)'),
    ...envLines(diff, styles),
    BLANK,
    title('Manifest'),
    ...manifestLines(diff.manifest, styles),
    BLANK,
    title('Build'),
    ...buildLines(diff, styles),
    BLANK,
    title('Releases between'),
    ...betweenLines(diff, now, styles),
    ...(missing.length === 0 ? [] : [BLANK, muted('Not looked at:')]),
    ...missing.map((text) => muted(`${INDENT}- ${text}`)),
  ];
}

const BLANK: StyledLine = { text: '', spans: [] };

const DIRECTION: Readonly<Record<ReleaseDiff['direction'], string>> = {
  forward: '',
  back: '  (back to an older one)',
  same: '  (the same release)',
  unknown: '',
};

function stepLines(
  label: string,
  step: ReleaseStep,
  active: string,
  now: number,
  styles: ScreenStyles,
): readonly StyledLine[] {
  const age = step.createdAt === undefined ? '' : `  ${ageText(step.createdAt, now)} ago (${isoText(step.createdAt)})`;
  return [
    joinStyled([
      [INDENT],
      [label.padEnd(6), styles.role('muted')],
      [step.id],
      [step.id === active ? ' + active' : '', styles.role('good')],
      [step.promoted === 'no' ? ' ! never promoted' : '', styles.role('warning')],
      [`${age}${step.by === undefined ? '' : `  by ${step.by}`}`, styles.role('muted')],
      ...(step.description === '' ? [] : [['  '] as const, parseStyled(step.description, styles.depth)]),
    ]),
  ];
}

function signed(sign: '+' | '-' | '~' | '?', text: string, styles: ScreenStyles): StyledLine {
  const role: Readonly<Record<typeof sign, Role>> = { '+': 'good', '-': 'critical', '~': 'warning', '?': 'muted' };
  return joinStyled([[INDENT], [`${sign} `, styles.role(role[sign])], parseStyled(text, styles.depth)]);
}

function same(styles: ScreenStyles): StyledLine {
  return joinStyled([[`${INDENT}no difference`, styles.role('muted')]]);
}

function envLines({ env }: ReleaseDiff, styles: ScreenStyles): readonly StyledLine[] {
  const lines = [
    ...env.added.map((key) => signed('+', key, styles)),
    ...env.changed.map((key) => signed('~', `${key}  changed`, styles)),
    ...env.removed.map((key) => signed('-', key, styles)),
    ...env.unseen.map((key) => signed('?', `${key}  masked: whether it changed cannot be seen`, styles)),
  ];
  return lines.length === 0 ? [same(styles)] : lines;
}

function manifestLines(manifest: ManifestDiff, styles: ScreenStyles): readonly StyledLine[] {
  if (manifest.kind === 'same') return [same(styles)];
  const more = manifest.more === 0 ? [] : [joinStyled([[`${INDENT}and ${manifest.more} further changes`]])];
  if (manifest.kind === 'lines') {
    const lines = manifest.changes.map(({ op, text }) => signed(op === 'added' ? '+' : '-', text, styles));
    return [joinStyled([[`${INDENT}${manifest.reason}`, styles.role('muted')]]), ...lines, ...more];
  }
  if (manifest.changes.length === 0) return [same(styles)];
  return [...manifest.changes.map((change) => treeLine(change, styles)), ...more];
}

function treeLine({ path, op, before, after }: TreeChange, styles: ScreenStyles): StyledLine {
  const where = path === '' ? 'the whole manifest' : path;
  if (op === 'added') return signed('+', `${where}: ${after ?? ''}`, styles);
  if (op === 'removed') return signed('-', `${where}: ${before ?? ''}`, styles);
  if (op === 'reordered') return signed('~', `${where}: other order`, styles);
  return signed('~', `${where}: ${before ?? ''} -> ${after ?? ''}`, styles);
}

function buildLines({ build, commit, before, after }: ReleaseDiff, styles: ScreenStyles): readonly StyledLine[] {
  if (!build.changed && !commit.changed) return [same(styles)];
  return [signed('-', buildText(before), styles), signed('+', buildText(after), styles)];
}

function buildText({ build, gitSha, buildDescription }: ReleaseStep): string {
  if (build === '') return 'no build';
  return [build, gitSha === '' ? '' : `commit ${gitSha.slice(0, 10)}`, buildDescription]
    .filter((text) => text !== '')
    .join('  ');
}

function betweenLines(diff: ReleaseDiff, now: number, styles: ScreenStyles): readonly StyledLine[] {
  const { between } = diff;
  const muted = styles.role('muted');
  if (between === undefined) return [joinStyled([[`${INDENT}the list of releases does not reach that far`, muted]])];
  if (between.length === 0) return [joinStyled([[`${INDENT}none`, muted]])];
  return between.map((step) => {
    const age = step.createdAt === undefined ? '' : `  ${ageText(step.createdAt, now)} ago`;
    const sha = step.gitSha === '' ? '' : `  ${step.gitSha.slice(0, 10)}`;
    return joinStyled([
      [INDENT],
      [step.id],
      [step.promoted === 'no' ? '  ! never promoted' : '', styles.role('warning')],
      [`${age}${sha}${step.by === undefined ? '' : `  by ${step.by}`}  `, muted],
      parseStyled(step.description, styles.depth),
    ]);
  });
}
