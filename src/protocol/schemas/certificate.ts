import * as z from 'zod/mini';
import type { Certificate } from '../../domain/certificate.ts';
import type { Registry } from '../../domain/registry.ts';
import { listOf } from './reader.ts';
import { str, strs, text, texts, time } from './wire.ts';

const wireCertificate = z.object({ id: z.string(), domain: text, domains: texts, expiration: text, status: text });

export const readCertificates = listOf(
  wireCertificate,
  (wire): Certificate => ({
    id: str(wire.id),
    domain: str(wire.domain),
    domains: strs(wire.domains),
    expiresAt: time(wire.expiration),
    status: str(wire.status),
  }),
);

/** The password of the wire is not even named here: unknown members are dropped by the check. */
const wireRegistry = z.object({ server: z.string(), username: text });

export const readRegistries = listOf(
  wireRegistry,
  (wire): Registry => ({ server: str(wire.server), username: str(wire.username) }),
);
