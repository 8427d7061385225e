import type { Simulator } from '../../src/simulator/simulator.ts';
import { clusterBelow } from './guide-bench.ts';

export const ACCOUNT = '123456789012';
export const CONSOLE_ROLE = `arn:aws:iam::${ACCOUNT}:role/convox-4f6b8a2c-ConsoleRole-1A2B3C4D5E`;
export const CONSOLE_ROLE_WITH_PATH = CONSOLE_ROLE.replace(':role/', ':role/convox/');
export const AWS_CREDENTIALS = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];

/** A world in which one step of a guide is the next thing to do. */
export interface StepSample {
  readonly guide: string;
  readonly step: string;
  /** Which of its ways, where it has several. */
  readonly way?: string;
  readonly rack: string;
  readonly input?: Readonly<Record<string, string>>;
  readonly variables?: readonly string[];
  readonly prepare?: (simulator: Simulator) => void;
}

/** Appends to the `aws-auth` of a rack's cluster. */
export function addToAwsAuth(simulator: Simulator, rack: string, entry: string): void {
  const kube = clusterBelow(simulator, rack);
  const before = kube.configMaps.get('kube-system/aws-auth')?.data ?? {};
  kube.setConfigMap('kube-system', 'aws-auth', { ...before, mapRoles: `${before.mapRoles ?? ''}${entry}` });
}

export function roleEntry(name: string, groups = ['system:masters']): string {
  const lines = groups.map((group) => `  - ${group}\n`).join('');
  return `- rolearn: arn:aws:iam::${ACCOUNT}:role/${name}\n  username: ${name.replaceAll('/', '-').toLowerCase()}\n  groups:\n${lines}`;
}

export function letConsoleIn(simulator: Simulator, rack = 'staging'): void {
  const name = CONSOLE_ROLE.slice(CONSOLE_ROLE.lastIndexOf('/') + 1);
  addToAwsAuth(simulator, rack, roleEntry(name).replace(/username: .*/, 'username: convox-console'));
}

/** The path of a role must not stand in aws-auth: damage whose repair is certain. */
const damaged = (rack: string) => (simulator: Simulator) =>
  addToAwsAuth(simulator, rack, roleEntry('convox/Deployers'));

/** Every way of every step that changes something; a contract test holds that none is missing. */
export const STEP_SAMPLES: readonly StepSample[] = [
  {
    guide: 'rack-move',
    step: 'backup',
    way: 'folder',
    rack: 'staging',
    prepare: (simulator) => letConsoleIn(simulator),
  },
  { guide: 'rack-move', step: 'backup', way: 'state', rack: 'acme/eu', variables: AWS_CREDENTIALS },
  { guide: 'console-role', step: 'aws-auth-sound', rack: 'staging', prepare: damaged('staging') },
  { guide: 'console-role', step: 'aws-auth-mapping', rack: 'staging' },
  {
    guide: 'console-role',
    step: 'access-entry',
    way: 'new',
    rack: 'acme/prod',
    prepare: ({ aws }) => void aws.clusters.get('us-east-1/prod')?.entries.delete(CONSOLE_ROLE_WITH_PATH),
  },
  {
    guide: 'console-role',
    step: 'access-entry',
    way: 'policy only',
    rack: 'acme/prod',
    prepare: ({ aws }) => aws.clusters.get('us-east-1/prod')?.entries.get(CONSOLE_ROLE_WITH_PATH)?.policies.clear(),
  },
  { guide: 'access-entries', step: 'aws-auth-sound', rack: 'acme/eu', prepare: damaged('acme/eu') },
  { guide: 'access-entries', step: 'enable', rack: 'acme/eu' },
  { guide: 'eks-viewing', step: 'aws-auth-sound', rack: 'staging', prepare: damaged('staging') },
  { guide: 'eks-viewing', step: 'mapping', way: 'aws-auth', rack: 'staging' },
  {
    guide: 'eks-viewing',
    step: 'mapping',
    way: 'entry',
    rack: 'acme/prod',
    input: { principal: `arn:aws:iam::${ACCOUNT}:role/Viewers` },
    prepare: ({ aws }) => void aws.addRole('Viewers', {}, { path: '/people/' }),
  },
];
