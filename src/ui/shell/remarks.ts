import type { TargetListing } from '../../targets/target.ts';
import type { TerminalLook } from '../dashboard-services.ts';
import { screenStyles } from '../text/screen-styles.ts';
import { joinStyled, type StyledLine } from '../text/styled-line.ts';
import type { Message } from './body-view.ts';

/** What was wrong or odd where racks and keys are configured. */
export interface Remarks {
  readonly listing: TargetListing;
  /** Whole sentences about the `keys` of the config file. */
  readonly keyProblems: readonly string[];
}

export function remarkCount({ listing, keyProblems }: Remarks): {
  readonly problems: number;
  readonly notices: number;
} {
  return { problems: listing.problems.length + keyProblems.length, notices: listing.notices.length };
}

/** `2 problems with the settings`, for the line of all racks; undefined where there is nothing to say. */
export function remarkSummary(remarks: Remarks): Message | undefined {
  const { problems, notices } = remarkCount(remarks);
  if (problems > 0) return { text: `${counted(problems, 'problem')} with the settings`, tone: 'warning' };
  return notices > 0 ? { text: counted(notices, 'note'), tone: 'muted' } : undefined;
}

/** The first of them as a sentence, with the key that shows all in full. */
export function firstRemark(remarks: Remarks, key: string): Message | undefined {
  const [problem] = remarks.listing.problems;
  const [keys] = remarks.keyProblems;
  const text = problem?.message ?? (keys === undefined ? undefined : `Config file: ${keys}`);
  if (text === undefined) return undefined;
  const { problems, notices } = remarkCount(remarks);
  const all = problems + notices === 1 ? 'reads it in full' : `reads all ${problems + notices}`;
  return { text: `${text.replace(/\.$/, '')}. ${key} ${all}.`, tone: 'warning' };
}

/** All of them in full: what, why, where, and what to do. */
export function remarkLines({ listing, keyProblems }: Remarks, look: TerminalLook): readonly StyledLine[] {
  const styles = screenStyles(look);
  const line = (text: string, role?: 'warning' | 'muted'): StyledLine =>
    joinStyled([[text, role === undefined ? '' : styles.role(role)]]);
  return [
    ...listing.problems.flatMap(({ what, why, where, next }) => [
      line(`! ${what}`, 'warning'),
      ...(why === undefined ? [] : [line(`  ${why}`)]),
      ...(where === undefined || what.includes(where) ? [] : [line(`  in ${where}`)]),
      ...(next === undefined ? [] : [line(`  ${next}`, 'muted')]),
      line(''),
    ]),
    ...keyProblems.flatMap((text) => [line(`! ${text}`, 'warning'), line('')]),
    ...listing.notices.map((text) => line(`~ ${text}`)),
  ];
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
