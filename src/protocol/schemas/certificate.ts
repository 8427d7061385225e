import * as z from 'zod/mini';
import type { Certificate } from '../../domain/certificate.ts';
import type { Registry } from '../../domain/registry.ts';
import { listOf, one, type Wire } from './reader.ts';
import { str, strs, text, texts, time } from './wire.ts';

const wireCertificate = () =>
  z.object({ id: z.string(), domain: text, domains: texts, expiration: text, status: text });

function toCertificate(wire: Wire<typeof wireCertificate>): Certificate {
  return {
    id: str(wire.id),
    domain: str(wire.domain),
    domains: strs(wire.domains),
    expiresAt: time(wire.expiration),
    status: str(wire.status),
  };
}

export const readCertificate = one(wireCertificate, toCertificate);
export const readCertificates = listOf(wireCertificate, toCertificate);

/** The password of the wire is not even named here: unknown members are dropped by the check. */
const wireRegistry = () => z.object({ server: z.string(), username: text });

function toRegistry(wire: Wire<typeof wireRegistry>): Registry {
  return { server: str(wire.server), username: str(wire.username) };
}

export const readRegistry = one(wireRegistry, toRegistry);
export const readRegistries = listOf(wireRegistry, toRegistry);
