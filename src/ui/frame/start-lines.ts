import type { Failure } from '../../domain/failure.ts';
import type { TargetListing } from '../../targets/target.ts';
import type { SearchedPlace } from '../dashboard-services.ts';
import type { Line } from '../text/line.ts';
import { fitText } from '../text/text-width.ts';
import { wrapWords } from '../text/wrap-words.ts';
import type { Role } from '../theme/role.ts';

export interface StartFacts {
  readonly version: string;
  readonly listing: TargetListing;
  readonly searched: readonly SearchedPlace[] | undefined;
  readonly loginKey: string;
  readonly demoKey: string;
  readonly againKey: string;
  readonly width: number;
  readonly height: number;
}

const USUAL_PLACES: readonly SearchedPlace[] = [
  { place: 'RACK_URL', outcome: 'no rack' },
  { place: 'RACK_GATEWAY_*', outcome: 'no rack' },
  { place: 'rack gateway settings', outcome: 'no rack' },
  { place: 'convox settings', outcome: 'no rack' },
];

/** First run: nothing is configured. What was looked for and where, and three ways on. */
export function startLines(facts: StartFacts): readonly Line[] {
  const wide = Math.min(facts.width - 6, 100);
  const places = facts.searched ?? USUAL_PLACES;
  const label = Math.min(48, Math.max(...places.map((place) => place.place.length)) + 2);
  const body: Line[] = [
    [{ text: `rackdeck ${facts.version}`, role: 'title' }],
    ...words('No rack is configured yet.', wide, 'plain'),
    [],
    action(facts.loginKey, 'log in to a rack gateway (name and address)'),
    action(facts.demoKey, 'look around in the embedded demo racks'),
    action('q', 'leave, and point it at a rack you have the address of:'),
    [{ text: '        export RACK_URL=https://convox:<password>@<rack host>', role: 'accent' }],
    [],
    [{ text: 'Looked for racks in', role: 'column-header' }],
    ...places.map(
      (place): Line => [{ text: `  ${fitText(place.place, label)}` }, { text: place.outcome, role: 'muted' }],
    ),
    ...facts.listing.problems.flatMap((problem) => problemLines(problem, wide)),
    [],
    ...words(`${facts.againKey} looks again after a change.`, wide, 'muted'),
  ];
  const top = Math.max(0, Math.min(4, Math.floor((facts.height - body.length) / 3)));
  const indent = { text: ' '.repeat(Math.max(3, Math.floor((facts.width - wide) / 4))) };
  return [...Array.from({ length: top }, (): Line => []), ...body.map((line): Line => [indent, ...line])].slice(
    0,
    facts.height,
  );
}

function problemLines(problem: Failure, width: number): readonly Line[] {
  const text = `! ${problem.what}${problem.why ? `: ${problem.why}` : ''}${problem.next ? `. ${problem.next}` : ''}`;
  return words(text, width - 2, 'warning').map((line): Line => [{ text: '  ' }, ...line]);
}

function action(key: string, text: string): Line {
  return [{ text: `   ${key.padEnd(4)}`, role: 'key' }, { text }];
}

function words(text: string, width: number, role: Role): readonly Line[] {
  return wrapWords(text, Math.max(20, width)).map((row) => [{ text: row, role }]);
}
