import { processSeverity } from '../domain/process-health.ts';
import { defineResource, type QueryContext } from './define-resource.ts';
import { type ProcessRow, processes } from './processes.ts';
import { hasUsage, isPercentOnly, systemOf } from './usage.ts';

async function query(context: QueryContext): Promise<readonly ProcessRow[]> {
  const [own, system] = await Promise.all([
    context.reads.systemProcesses({ all: false }, { signal: context.signal }),
    systemOf(context),
  ]);
  const known = hasUsage(own);
  const percentOnly = isPercentOnly(system);
  return own.map((process) => {
    const measured = known && (process.cpu > 0 || process.memory > 0);
    return {
      process,
      severity: processSeverity(process, context.now),
      // Their release is the rack's version: there is no app whose active one it could differ from.
      standing: '',
      cpu: measured ? process.cpu : undefined,
      memory: measured ? process.memory : undefined,
      percentOnly,
    };
  });
}

/** The rack's own processes are nobody's to stop. */
const { subject: _subject, ...withoutSubject } = processes;

/** The processes view again, for what belongs to no app. */
export const systemProcesses = defineResource<ProcessRow>({
  ...withoutSubject,
  id: 'system-processes',
  aliases: ['rack-ps', 'system'],
  title: 'System processes',
  about: "the rack's own processes: api, router, atom and the like",
  scope: 'rack',
  needs: 'convox:rack:read',
  route: 'GET /system/processes',
  pace: 3,
  query,
  open: {
    enter: { to: 'describe', label: 'describe', place: (_row, at) => at },
    l: { to: 'logs', label: 'rack logs', place: () => ({}) },
  },
  empty: 'The rack reports no processes of its own.',
});
