import * as z from 'zod/mini';
import type { Release } from '../../domain/release.ts';
import { listOf, one, type Wire } from './reader.ts';
import { block, str, text, time } from './wire.ts';

const wireRelease = () =>
  z.object({
    id: z.string(),
    app: text,
    build: text,
    env: text,
    manifest: text,
    description: text,
    created: text,
  });

function toRelease(wire: Wire<typeof wireRelease>): Release {
  return {
    id: str(wire.id),
    app: str(wire.app),
    build: str(wire.build),
    // Kept byte for byte: it is compared and edited line by line, and every display of it goes through the masking.
    env: wire.env ?? '',
    manifest: block(wire.manifest),
    description: str(wire.description),
    createdAt: time(wire.created),
  };
}

export const readRelease = one(wireRelease, toRelease);
export const readReleases = listOf(wireRelease, toRelease);
