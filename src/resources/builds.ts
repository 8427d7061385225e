import { isoText } from '../domain/age.ts';
import type { Build } from '../domain/build.ts';
import { durationText } from '../domain/duration-text.ts';
import type { Severity } from '../domain/severity.ts';
import { age, duration, name, status, text } from './columns.ts';
import { defineResource } from './define-resource.ts';
import { appSides } from './side-links.ts';

/** Up to 50 come from the rack's cache (convox-api.md 3). */
const LIMIT = 50;

const SEVERITY: ReadonlyMap<string, Severity> = new Map([
  ['complete', 'ok'],
  ['created', 'info'],
  ['running', 'info'],
  ['failed', 'critical'],
]);

function severityOf(build: Build): Severity {
  return SEVERITY.get(build.status) ?? 'unknown';
}

function tookOf(build: Build): number | undefined {
  return build.startedAt === undefined || build.endedAt === undefined ? undefined : build.endedAt - build.startedAt;
}

export const builds = defineResource<Build>({
  id: 'builds',
  aliases: ['build', 'b'],
  title: 'Builds',
  about: 'builds of an app, newest first',
  scope: 'app',
  needs: 'convox:build:list',
  route: 'GET /apps/{app}/builds',
  pace: 3,
  query: ({ reads, at, signal }) => reads.builds(at.app ?? '', { limit: LIMIT }, { signal }),
  key: (build) => build.id,
  columns: [
    name('ID', (build) => build.id, { min: 11 }),
    status('STATUS', (build) => build.status, severityOf),
    text('RELEASE', (build) => build.release, { priority: 4 }),
    text('COMMIT', (build) => build.gitSha.slice(0, 10), { id: 'gitSha', priority: 3 }),
    age('STARTED', (build) => build.startedAt, { priority: 1 }),
    duration('TOOK', tookOf, { priority: 3 }),
    text('DESCRIPTION', (build) => build.description, { grow: true, priority: 2 }),
  ],
  sort: ['started', 'desc'],
  severity: severityOf,
  open: {
    enter: { to: 'logs', label: 'build logs', place: (build, at) => ({ ...at, build: build.id }) },
    l: { to: 'logs', label: 'build logs', place: (build, at) => ({ ...at, build: build.id }) },
    h: { to: 'releases', label: 'releases', place: (_build, at) => at },
    ...appSides<Build>({ place: (_build, at) => at }),
  },
  /** What a build made is what can be promoted. */
  subject: ({ release }, at) => (release === '' ? undefined : { id: release, app: at.app }),
  describe: (build) => [
    ['Id', build.id],
    ['Status', build.status],
    ['Reason', build.reason],
    ['Release', build.release],
    ['Commit', build.gitSha],
    ['Description', build.description],
    ['Started', isoText(build.startedAt)],
    ['Ended', isoText(build.endedAt)],
    ['Took', durationText(tookOf(build))],
    ['Process', build.process],
    ['Repository', build.repository],
    ['Manifest', build.manifest],
  ],
  empty: 'No builds yet. `convox build` makes the first one.',
});
