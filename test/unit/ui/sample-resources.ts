import type { Process } from '../../../src/domain/process.ts';
import { processSeverity } from '../../../src/domain/process-health.ts';
import { age, cpu, memory, name, status, text } from '../../../src/resources/columns.ts';
import { defineResource } from '../../../src/resources/define-resource.ts';

export interface SampleApp {
  readonly rack: string;
  readonly app: string;
  readonly crashed: number;
  readonly total: number;
  readonly problem: string;
}

/** Views of the tests' own, so that a golden frame changes only when the shell does. */
export const sampleBoard = defineResource<SampleApp>({
  id: 'board',
  aliases: ['home'],
  title: 'Board',
  about: 'every app of every rack, worst first',
  scope: 'deck',
  needs: 'convox:app:list',
  route: 'GET /apps',
  query: async ({ rack, reads, signal }) => {
    const [apps, processes] = await Promise.all([
      reads.apps({ signal }),
      reads.systemProcesses({ all: true }, { signal }),
    ]);
    return apps.map((app) => {
      const own = processes.filter((process) => process.app === app.name);
      const crashed = own.filter((process) => process.status === 'crashed').length;
      return { rack: rack.name, app: app.name, crashed, total: own.length, problem: '' };
    });
  },
  failed: (rack, failure) => ({ rack: rack.name, app: '', crashed: 0, total: 0, problem: failure.what }),
  key: (row) => `${row.rack}/${row.app}`,
  columns: [
    {
      id: 'severity',
      header: '!',
      type: 'number',
      inTable: false,
      value: (row) => row.crashed + (row.problem === '' ? 0 : 100),
      cell: (row) => ({ text: `${row.crashed}` }),
    },
    text('RACK', (row) => row.rack, { priority: 1 }),
    name('APP', (row) => row.app, { min: 8 }),
    status(
      'STATUS',
      (row) => (row.problem !== '' ? 'no answer' : row.crashed > 0 ? 'critical' : 'running'),
      (row) => (row.problem !== '' || row.crashed > 0 ? 'critical' : 'ok'),
    ),
    text(
      'FINDING',
      (row) => row.problem || (row.crashed > 0 ? `${row.crashed} of ${row.total} processes crashed` : ''),
      {
        grow: true,
        min: 20,
      },
    ),
  ],
  sort: ['severity', 'desc'],
  severity: (row) => (row.crashed > 0 || row.problem !== '' ? 'critical' : 'ok'),
  open: {
    enter: { to: 'processes', label: 'processes', place: (row) => ({ app: row.app }), rack: (row) => row.rack },
    v: { to: 'services', label: 'services', place: (row) => ({ app: row.app }), rack: (row) => row.rack },
    l: { to: 'logs', label: 'logs', place: (row) => ({ app: row.app }), rack: (row) => row.rack },
  },
  subject: (row) => ({ id: row.app, app: row.app }),
  empty: 'No apps on any rack.',
});

export const sampleProcesses = defineResource<Process>({
  id: 'processes',
  aliases: ['ps'],
  title: 'Processes',
  about: 'processes of an app or of the whole rack',
  scope: 'rack',
  needs: 'convox:process:list',
  route: 'GET /apps/{app}/processes',
  query: ({ reads, at, signal }) =>
    at.app === undefined
      ? reads.systemProcesses({ all: true }, { signal })
      : reads.processes(at.app, undefined, { signal }),
  key: (row) => `${row.app}/${row.id}`,
  columns: [
    text('APP', (row) => row.app, { priority: 2 }),
    text('SERVICE', (row) => row.service, { priority: 1 }),
    name('ID', (row) => row.id, { min: 12 }),
    status(
      'STATUS',
      (row) => row.status,
      (row) => processSeverity(row, row.startedAt ?? 0),
    ),
    text('RELEASE', (row) => row.release, { priority: 3 }),
    cpu(
      'CPU',
      (row) => row.cpu,
      () => false,
      { priority: 4 },
    ),
    memory(
      'MEM',
      (row) => row.memory,
      () => false,
      { id: 'memory', priority: 4 },
    ),
    age('AGE', (row) => row.startedAt, { id: 'started', priority: 1 }),
    text('NODE', (row) => row.instance, { id: 'instance', priority: 6 }),
    text('COMMAND', (row) => row.command, { priority: 8, grow: true }),
  ],
  sort: ['service', 'asc'],
  severity: (row) => processSeverity(row, row.startedAt ?? 0),
  open: {
    enter: { to: 'describe', label: 'describe', place: (_row, at) => at },
    l: { to: 'logs', label: 'logs', place: (row) => ({ app: row.app, service: row.service, process: row.id }) },
  },
  subject: (row) => ({ id: row.id, app: row.app, service: row.service }),
  empty: 'No processes run here.',
});

export const sampleServices = defineResource<{ readonly name: string }>({
  id: 'services',
  aliases: ['svc'],
  title: 'Services',
  about: 'services of an app',
  scope: 'app',
  needs: 'convox:app:read',
  route: 'GET /apps/{app}/services',
  query: async ({ reads, at, signal }) => {
    const processes = await reads.processes(at.app ?? '', undefined, { signal });
    return [...new Set(processes.map((process) => process.service))].map((service) => ({ name: service }));
  },
  key: (row) => row.name,
  columns: [name('NAME', (row) => row.name)],
  sort: ['name', 'asc'],
  severity: () => 'ok',
  open: {
    enter: {
      to: 'processes',
      label: 'processes',
      place: (_row, at) => at,
      filter: (row) => `service:${row.name}`,
    },
  },
  empty: 'No services: nothing was promoted yet.',
});
