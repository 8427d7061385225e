import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import type { ProcessMark } from '../domain/journal-entry.ts';
import { systemErrorCode } from './atomic-file.ts';

/** What the system tells of processes; a test can be any system. */
export interface ProcessTable {
  readonly pid: number;
  readonly host: string;
  /** Id of the machine's current run; undefined where there is none to read. */
  boot(): string | undefined;
  isAlive(pid: number): boolean;
  /** When the process started, in the system's own words. */
  started(pid: number): string | undefined;
  /** Login name. */
  user(): string | undefined;
}

export function systemProcesses(hostname: string): ProcessTable {
  return {
    pid: process.pid,
    host: hostname,
    boot: () => readText('/proc/sys/kernel/random/boot_id')?.trim(),
    isAlive,
    started: (pid) => startTicks(readText(`/proc/${pid}/stat`)),
    user: loginName,
  };
}

export function ownMark(table: ProcessTable): ProcessMark {
  const { pid, host } = table;
  return { pid, host, boot: table.boot(), started: table.started(pid) };
}

/** After this long nobody waits any more for a process on another machine (a shared home folder), ms. */
const ELSEWHERE_MS = 24 * 3_600_000;

/**
 * Has the process ended? In doubt it has not: what runs must not be taken for dead.
 * @param age how long ago it was seen alive, ms
 */
export function isGone(mark: ProcessMark, age: number, table: ProcessTable): boolean {
  if (mark.host !== table.host) return age > ELSEWHERE_MS;
  const boot = table.boot();
  if (mark.boot !== undefined && boot !== undefined && mark.boot !== boot) return true;
  if (!table.isAlive(mark.pid)) return true;
  const started = table.started(mark.pid);
  return mark.started !== undefined && started !== undefined && mark.started !== started;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) === 'EPERM';
  }
}

/** Field 22 of /proc/<pid>/stat; the name in field 2 may hold anything, so count from its last parenthesis. */
function startTicks(stat: string | undefined): string | undefined {
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

/** Linux has these files; elsewhere a number that is alive is taken for the same process. */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** A user id without a name (containers) is no reason to fail. */
function loginName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}
