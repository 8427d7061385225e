import { isoText } from '../../domain/age.ts';
import type { LogLine } from '../../domain/log-line.ts';
import { findJson, jsonLines } from '../text/json-lines.ts';
import { pairLines } from '../text/pair-lines.ts';
import type { ScreenStyles } from '../text/screen-styles.ts';
import { EMPTY_LINE, parseStyled, plainText, type StyledLine } from '../text/styled-line.ts';

/** One log line for the text screen: its parts by name, then the message, as indented JSON where it carries some. */
export function lineInFull(line: LogLine, styles: ScreenStyles): readonly StyledLine[] {
  const pairs: (readonly [string, string])[] = [
    ['time', isoText(line.time)],
    ['stream', line.stream],
    ['service', line.service ?? ''],
    ['process', line.process ?? ''],
    ['level', line.level ?? ''],
  ];
  const known = pairs.filter(([, value]) => value !== '');
  const head = known.length > 0 ? [...pairLines(known, styles), EMPTY_LINE] : [];
  const json = findJson(plainText(line.message));
  if (!json) return [...head, parseStyled(line.message, styles.depth)];
  const before = json.before === '' ? [] : [parseStyled(json.before, styles.depth)];
  return [...head, ...before, ...jsonLines(json.value, styles)];
}
