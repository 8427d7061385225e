import type { Verdict } from '../../domain/verdict.ts';
import type { GuideEntry } from '../../guides/guide-catalogue.ts';
import type { RackSession } from '../../live/rack-session.ts';
import type { Destination } from '../navigation/location.ts';

/** Where the checklist of a guide on a rack stands. */
export function guideDestination(guide: string, rack: string): Destination {
  return { view: 'guide', rack, subject: { resource: 'guides', rack, rowKey: guide, name: guide } };
}

/** One step of it in full. */
export function stepDestination(guide: string, rack: string, step: string): Destination {
  const subject = { resource: 'guides', rack, rowKey: `${guide}/${step}`, name: `${guide} > ${step}` };
  return { view: 'guide-step', rack, subject };
}

/** Is it for this rack, as far as that is known? */
export function appliesTo(entry: GuideEntry, session: RackSession): Verdict {
  const system = session.system.get();
  return entry.applies({ provider: system?.provider, version: system?.version });
}
