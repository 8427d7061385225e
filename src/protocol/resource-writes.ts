import type { BackingResource } from '../domain/backing-resource.ts';
import type { Certificate } from '../domain/certificate.ts';
import type { Registry } from '../domain/registry.ts';
import type { WriteOptions } from './rack-writes.ts';

export interface NewRackResource {
  /** v3 knows `webhook` only, with the parameter `Url`. */
  readonly kind: string;
  readonly name?: string;
  /** May be secret. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** PEM texts; the key is secret. */
export interface CertificateFiles {
  readonly pub: string;
  readonly key: string;
  readonly chain?: string;
}

export interface CertificateRequest {
  readonly domains: readonly string[];
  /** Since 3.18.10, as the duration: `letsencrypt` by default. */
  readonly issuer?: string;
  readonly durationMs?: number;
}

export interface NewRegistry {
  readonly server: string;
  readonly username: string;
  /** Secret. */
  readonly password: string;
}

/** Resources, certificates and registries (convox-api.md 3, "Resources, certificates, registries"). */
export interface ResourceWrites {
  createRackResource(resource: NewRackResource, options?: WriteOptions): Promise<BackingResource>;
  /** v2 only, as linking: v3 racks answer `unsupported`. */
  updateRackResource(name: string, parameters: Readonly<Record<string, string>>, options?: WriteOptions): Promise<void>;
  deleteRackResource(name: string, options?: WriteOptions): Promise<void>;
  linkRackResource(name: string, app: string, options?: WriteOptions): Promise<void>;
  unlinkRackResource(name: string, app: string, options?: WriteOptions): Promise<void>;
  /** Slow. Overwrites what is in the database of an app's resource (mysql, mariadb, postgres, postgis). Not on v2. */
  importResourceData(app: string, resource: string, dump: Uint8Array, options?: WriteOptions): Promise<void>;
  /** Slow. A dump; at most 256 MiB. Changes nothing. Not on v2. */
  exportResourceData(app: string, resource: string, options?: WriteOptions): Promise<Uint8Array>;
  importCertificate(files: CertificateFiles, options?: WriteOptions): Promise<Certificate>;
  /** Not ready yet when it resolves. */
  generateCertificate(request: CertificateRequest, options?: WriteOptions): Promise<Certificate>;
  deleteCertificate(id: string, options?: WriteOptions): Promise<void>;
  /** Issues the certificates of an **app** anew (convox-api.md 12.27). Since 3.12.4, not on v2. */
  renewCertificates(app: string, options?: WriteOptions): Promise<void>;
  /** Replaces the DNS01 solvers; may hold secrets. Since 3.13.3, not on v2. */
  setLetsEncryptConfig(config: unknown, options?: WriteOptions): Promise<void>;
  /** Replaces the entry of the same server. */
  addRegistry(registry: NewRegistry, options?: WriteOptions): Promise<Registry>;
  /** `server` may contain slashes. */
  removeRegistry(server: string, options?: WriteOptions): Promise<void>;
}
