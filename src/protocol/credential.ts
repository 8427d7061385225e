import { asFailure, Failure } from '../domain/failure.ts';
import type { Endpoint } from './endpoint.ts';
import type { Asked } from './refusal.ts';

/** The `Authorization` value of the moment. Trouble in getting it (a refresh, a key store) is not the network's fault. */
export async function credentialOf(endpoint: Endpoint, asked: Asked): Promise<string | undefined> {
  try {
    return await endpoint.authorization();
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure({
      kind: 'not-logged-in',
      what: `No login for ${new URL(asked.origin).host}`,
      why: asFailure(error).why,
      next: 'Log in again.',
      where: asked.where,
      cause: error,
    });
  }
}
