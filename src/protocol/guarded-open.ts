import { asFailure, Failure } from '../domain/failure.ts';
import { outcomeUnclear } from '../domain/outcome-unclear.ts';
import type { Endpoint } from './endpoint.ts';
import type { Change, MfaProof, MutationGuard } from './mutation-guard.ts';

/**
 * Opens something that changes the world, once, after it was admitted. Only where the peer did nothing but ask for a second
 * factor, and the guard has got one, it is tried once more (gateway.md 4.3, 4.4).
 */
export async function openGuarded(
  guard: MutationGuard,
  change: Change,
  dialect: Endpoint['dialect'],
  attempt: (headers: Readonly<Record<string, string>>) => Promise<void>,
): Promise<void> {
  const proof = await guard.admit(change);
  try {
    await attempt(proofHeaders(proof, dialect));
  } catch (error) {
    const failure = asFailure(error);
    const asked = failure.kind === 'mfa-required' || failure.kind === 'mfa-rejected';
    if (!asked) throw told(guard, change, failure);
    if (!(await guard.challenged(change, failure))) throw failure;
    const next = await guard.admit(change);
    try {
      await attempt(proofHeaders(next, dialect));
    } catch (again) {
      throw told(guard, change, asFailure(again));
    }
  }
}

function told(guard: MutationGuard, change: Change, failure: Failure): Failure {
  if (!outcomeUnclear(failure)) guard.refused(change);
  return failure;
}

/** A code is the gateway's business alone: a rack would only write it into its logs. */
function proofHeaders(proof: MfaProof | undefined, dialect: Endpoint['dialect']): Readonly<Record<string, string>> {
  const toGateway = dialect === 'gateway' || dialect === 'gateway-proxy';
  if (proof === undefined || !toGateway) return {};
  if (!/^[\x21-\x7e]{1,200}$/.test(proof.code)) {
    throw new Failure({
      kind: 'usage',
      what: 'This is no one-time code',
      why: 'it contains spaces or special characters',
    });
  }
  return { 'X-Mfa-Totp': proof.code };
}
