import { ageText, isoText } from '../../domain/age.ts';
import type { Evidence, Finding } from '../../domain/finding.ts';
import type { NewSignature } from '../../domain/log-errors.ts';
import { readableMessage } from '../../domain/readable-message.ts';
import type { Severity } from '../../domain/severity.ts';
import { causeText } from '../../resources/findings.ts';
import type { Destination } from '../navigation/location.ts';
import type { ScreenStyles } from '../text/screen-styles.ts';
import { joinStyled, parseStyled, type StyledLine } from '../text/styled-line.ts';
import { severityTone, stateGlyph } from '../theme/glyphs.ts';
import { evidenceTarget, findingTarget } from './finding-target.ts';

/** A line of the why screen, what it speaks of and where `enter` leads from it. */
export interface WhyLine {
  readonly line: StyledLine;
  readonly finding?: Finding | undefined;
  readonly target?: Destination | undefined;
}

export interface WhyFacts {
  readonly rack: string;
  readonly app: string | undefined;
  readonly severity: Severity;
  readonly findings: readonly Finding[];
  /** Kinds of errors in the log of the last minutes, worst first; undefined where it was not read. */
  readonly errors: readonly NewSignature[] | undefined;
  /** What is still being read; `''` once all is there. */
  readonly reading: string;
  readonly missing: readonly string[];
  readonly now: number;
}

const MAX_ERRORS = 5;
const INDENT = '    ';

/** Findings ranked, then the errors of the log, then what could not be looked at. */
export function whyLines(facts: WhyFacts, styles: ScreenStyles): readonly WhyLine[] {
  return [
    headline(facts, styles),
    ...facts.findings.flatMap((finding) => [BLANK, ...findingLines(finding, facts, styles)]),
    ...errorLines(facts, styles),
    ...(facts.reading === '' ? [] : [BLANK, plain(`~ ${facts.reading}`, styles.role('notice'))]),
    ...missingLines(facts.missing, styles),
  ];
}

const BLANK: WhyLine = { line: { text: '', spans: [] } };

function plain(text: string, style = ''): WhyLine {
  return { line: joinStyled([[text, style]]) };
}

function headline({ rack, app, severity, findings }: WhyFacts, styles: ScreenStyles): WhyLine {
  const what = app === undefined ? rack : `${app} on ${rack}`;
  if (findings.length === 0) {
    return plain(`+ Nothing is wrong with ${what}, as far as could be looked.`, styles.role('good'));
  }
  const count = findings.length === 1 ? 'one finding' : `${findings.length} findings`;
  return {
    line: joinStyled([
      [`${what}: `, styles.role('title')],
      [`${stateGlyph(severityTone(severity))} ${severity}`, styles.role(severityTone(severity))],
      [`, ${count}, worst first`, styles.role('muted')],
    ]),
  };
}

function findingLines(finding: Finding, { rack, app, now }: WhyFacts, styles: ScreenStyles): readonly WhyLine[] {
  const tone = severityTone(finding.severity);
  const target = findingTarget(rack, finding);
  const add = (line: StyledLine, to: Destination | undefined = target): WhyLine => ({ line, finding, target: to });
  const label = (name: string, text: string): StyledLine =>
    joinStyled([[INDENT], [name.padEnd(8), styles.role('muted')], parseStyled(text, styles.depth)]);
  const whose = app === undefined && finding.app !== '' ? `${finding.app}: ` : '';
  const { cause, since, release } = finding;
  const lines = [
    add(
      joinStyled([
        [`${stateGlyph(tone)} ${finding.severity}`.padEnd(12), styles.role(tone)],
        parseStyled(`${whose}${finding.summary}`, styles.depth),
      ]),
    ),
  ];
  if (since !== undefined) lines.push(add(label('since', `${ageText(since, now)}  (${isoText(since)})`)));
  if (cause) lines.push(add(label('deploy', causeText(cause, since)), releaseTarget(rack, finding, cause.release)));
  else if (release !== undefined) {
    lines.push(add(label('release', release), releaseTarget(rack, finding, release)));
  }
  for (const evidence of ownEvidence(finding)) lines.push(evidenceLine(evidence, finding, rack, now, styles));
  if (finding.next !== '') {
    lines.push(
      add(joinStyled([[INDENT], ['next'.padEnd(8), styles.role('accent')], parseStyled(finding.next, styles.depth)])),
    );
  }
  return lines;
}

/** Without what the line about the deploy says already. */
function ownEvidence({ evidence, cause }: Finding): readonly Evidence[] {
  return cause ? evidence.filter(({ kind, id }) => kind !== 'release' || id !== cause.release) : evidence;
}

function releaseTarget(rack: string, { app }: Finding, release: string): Destination | undefined {
  return app === '' ? undefined : { view: 'releases', rack, place: { app }, filter: release };
}

function evidenceLine(evidence: Evidence, finding: Finding, rack: string, now: number, styles: ScreenStyles): WhyLine {
  // Process lines tell their age themselves.
  const told = evidence.at === undefined || evidence.kind === 'process';
  const when = told ? '' : `  ${ageText(evidence.at, now)} ago`;
  const line = joinStyled([[INDENT], ['- ', styles.role('muted')], parseStyled(evidence.text, styles.depth), [when]]);
  return { line, finding, target: evidenceTarget(rack, finding, evidence) ?? findingTarget(rack, finding) };
}

function errorLines({ errors, rack, app, now }: WhyFacts, styles: ScreenStyles): readonly WhyLine[] {
  if (errors === undefined || app === undefined) return [];
  if (errors.length === 0) return [BLANK, plain('No error in the log of the last 15 minutes.', styles.role('muted'))];
  const more = errors.length - MAX_ERRORS;
  return [
    BLANK,
    plain('Errors in the log of the last 15 minutes', styles.role('title')),
    ...errors.slice(0, MAX_ERRORS).map((error) => errorLine(error, rack, app, now, styles)),
    ...(more > 0 ? [plain(`${INDENT}and ${more} further kinds`, styles.role('muted'))] : []),
  ];
}

function errorLine(
  { count, first, lastAt, level }: NewSignature,
  rack: string,
  app: string,
  now: number,
  styles: ScreenStyles,
): WhyLine {
  const { process } = first;
  const line = joinStyled([
    [INDENT],
    [`${count} x `, styles.role(level === 'fatal' ? 'critical' : 'warning')],
    parseStyled(readableMessage(first.message, true) ?? first.message, styles.depth),
    [lastAt === undefined ? '' : `  last ${ageText(lastAt, now)} ago`, styles.role('muted')],
  ]);
  return { line, target: { view: 'logs', rack, place: { app, ...(process === undefined ? {} : { process }) } } };
}

function missingLines(missing: readonly string[], styles: ScreenStyles): readonly WhyLine[] {
  if (missing.length === 0) return [];
  const style = styles.role('muted');
  return [BLANK, plain('Not looked at:', style), ...missing.map((line) => plain(`${INDENT}- ${line}`, style))];
}
