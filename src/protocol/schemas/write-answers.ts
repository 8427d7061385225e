import * as z from 'zod/mini';
import type { KeyPair } from '../system-writes.ts';
import { one, type Reader } from './reader.ts';
import { block, str, text } from './wire.ts';

/** Answers that only writes get (convox-api.md 3). */

export const readKeyPair: Reader<KeyPair> = one(
  () => z.object({ name: text, 'private-key': z.string() }),
  (wire) => ({
    name: str(wire.name),
    // A PEM text: its lines belong to it.
    privateKey: block(wire['private-key']),
  }),
);

export const readMintedToken: Reader<{ readonly token: string }> = one(
  () => z.object({ token: z.string() }),
  (wire) => ({
    token: str(wire.token),
  }),
);

/** With a capital, unlike everything else (convox-api.md 12.26). */
export const readStoredObject: Reader<{ readonly url: string }> = one(
  () => z.object({ Url: z.string() }),
  (wire) => ({
    url: str(wire.Url),
  }),
);

export const readDismissal: Reader<string> = one(
  () => z.object({ status: text }),
  (wire) => str(wire.status),
);
