import { untilText } from '../domain/age.ts';
import { asFailure, type Failure } from '../domain/failure.ts';
import type { Identity } from '../domain/identity.ts';
import type { System } from '../domain/system.ts';
import type { RackConnection, Target, TargetListing } from '../targets/target.ts';
import type { Output } from './output.ts';
import { renderFailure } from './render-failure.ts';

/** One thing rackdeck looked at on this machine: a file, a folder or a variable. Never a value of it. */
export interface DoctorPlace {
  readonly what: string;
  readonly where: string;
  readonly found: boolean;
}

export interface DoctorRun {
  readonly listing: TargetListing;
  readonly places: readonly DoctorPlace[];
  readonly version: string;
  readonly nodeVersion: string;
  readonly terminal: string;
  readonly json: boolean;
  readonly output: Output;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

interface Checkup {
  readonly target: Target;
  readonly answeredInMs: number | undefined;
  readonly system: System | undefined;
  readonly identity: Identity | undefined;
  readonly permissions: number | undefined;
  readonly claims: RackConnection['claims'];
  readonly failure: Failure | undefined;
}

/** Looks at everything and says what it saw; no secret is printed. 0 when every rack answered, else the first failure's code. */
export async function runDoctor(run: DoctorRun): Promise<number> {
  const checkups = await Promise.all(run.listing.targets.map((target) => examine(target, run)));
  run.output.out(run.json ? jsonReport(run, checkups) : textReport(run, checkups));
  const healthy = run.listing.problems.length === 0 && checkups.every((checkup) => checkup.failure === undefined);
  return healthy ? 0 : 1;
}

async function examine(target: Target, run: DoctorRun): Promise<Checkup> {
  const nothing = {
    target,
    answeredInMs: undefined,
    system: undefined,
    identity: undefined,
    permissions: undefined,
    claims: undefined,
  };
  let connection: RackConnection | undefined;
  try {
    connection = target.connect();
    const { rack, gateway, claims } = connection;
    const begin = run.now();
    const system = await rack.system({ signal: run.signal });
    const answeredInMs = run.now() - begin;
    const identity = await gateway?.info({ signal: run.signal });
    const permissions = await gateway?.permissions({ signal: run.signal }).then(
      (grant) => grant.permissions.length,
      () => undefined,
    );
    return { target, answeredInMs, system, identity, permissions, claims, failure: undefined };
  } catch (error) {
    return { ...nothing, failure: asFailure(error) };
  } finally {
    await connection?.close();
  }
}

function textReport(run: DoctorRun, checkups: readonly Checkup[]): string {
  const lines = [`rackdeck ${run.version}, Node.js ${run.nodeVersion}, terminal ${run.terminal}`, '', 'Looked at:'];
  const width = Math.max(...run.places.map((place) => place.what.length));
  for (const place of run.places) {
    lines.push(
      `  ${place.found ? '+' : '-'} ${place.what.padEnd(width)}  ${place.where}${place.found ? '' : ' (not there)'}`,
    );
  }
  for (const notice of run.listing.notices) lines.push(`  ~ ${notice}`);
  for (const problem of run.listing.problems) lines.push(indent(renderFailure(problem)));
  lines.push(
    '',
    checkups.length === 0 ? 'No rack found. Try `rackdeck --demo`, or `rackdeck login <name> <url>`.' : 'Racks:',
  );
  for (const checkup of checkups) lines.push(...checkupLines(checkup, run));
  return `${lines.join('\n')}\n`;
}

function checkupLines(
  { target, system, identity, answeredInMs, permissions, claims, failure }: Checkup,
  run: DoctorRun,
): string[] {
  const current = target.name === run.listing.current ? ' (current)' : '';
  const lines = [
    `  ${failure ? 'x' : '+'} ${target.name}${current}: ${target.kind}, ${target.origin}`,
    `      from ${target.source}`,
  ];
  if (system)
    lines.push(`      rack ${system.name} ${system.version} ${system.provider}, answered in ${answeredInMs} ms`);
  if (identity) {
    const stepUp = identity.stepUpExpiresAt;
    const mfa = identity.mfaEnrolled ? 'enrolled' : identity.mfaRequired ? 'required, not enrolled' : 'not enrolled';
    lines.push(
      `      ${identity.email}: ${identity.roles.join(', ') || 'no role (API token)'}; ${permissions ?? '?'} permissions; MFA ${mfa}`,
    );
    if (stepUp !== undefined) lines.push(`      step-up window ends ${untilText(stepUp, run.now())}`);
    lines.push(
      `      gateway ${identity.gatewayVersion}${identity.gatewayCommit ? ` (${identity.gatewayCommit})` : ''}`,
    );
  }
  if (claims)
    lines.push(`      JWT of ${claims.user}, role ${claims.role}, expires ${untilText(claims.expiresAt, run.now())}`);
  if (failure) lines.push(indent(renderFailure(failure), 6));
  return lines;
}

function indent(text: string, by = 2): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => ' '.repeat(by) + line)
    .join('\n');
}

function jsonReport(run: DoctorRun, checkups: readonly Checkup[]): string {
  const report = {
    schema: 'rackdeck/doctor@1',
    fetchedAt: new Date(run.now()).toISOString(),
    version: run.version,
    node: run.nodeVersion,
    places: run.places,
    notices: run.listing.notices,
    problems: run.listing.problems.map(failureJson),
    current: run.listing.current ?? null,
    items: checkups.map((checkup) => ({
      rack: checkup.target.name,
      kind: checkup.target.kind,
      origin: checkup.target.origin,
      source: checkup.target.source,
      reachable: checkup.system !== undefined,
      answeredInMs: checkup.answeredInMs ?? null,
      rackVersion: checkup.system?.version ?? null,
      provider: checkup.system?.provider ?? null,
      user: checkup.identity?.email ?? checkup.claims?.user ?? null,
      roles: checkup.identity?.roles ?? (checkup.claims ? [checkup.claims.role] : null),
      permissions: checkup.permissions ?? null,
      mfaEnrolled: checkup.identity?.mfaEnrolled ?? null,
      gatewayVersion: checkup.identity?.gatewayVersion ?? null,
      failure: checkup.failure ? failureJson(checkup.failure) : null,
    })),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function failureJson({ kind, what, why, next, status, where, requestId }: Failure): Readonly<Record<string, unknown>> {
  return {
    kind,
    what,
    why: why ?? null,
    next: next ?? null,
    status: status ?? null,
    where: where ?? null,
    requestId: requestId ?? null,
  };
}
