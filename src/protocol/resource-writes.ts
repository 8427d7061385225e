import type { BackingResource } from '../domain/backing-resource.ts';
import type { Certificate } from '../domain/certificate.ts';
import type { Registry } from '../domain/registry.ts';
import type { GuardedCalls } from './guarded-calls.ts';
import { RACK_WRITE_ROUTES } from './rack-write-routes.ts';
import type { WriteOptions } from './rack-writes.ts';
import { readBackingResource } from './schemas/backing-resource.ts';
import { readCertificate, readRegistry } from './schemas/certificate.ts';
import { LARGEST_DOWNLOAD } from './write-options.ts';

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

const R = RACK_WRITE_ROUTES;

export function resourceWrites(calls: GuardedCalls): ResourceWrites {
  return { ...rackResourceWrites(calls), ...dataWrites(calls), ...certificateWrites(calls), ...registryWrites(calls) };
}

type RackResourceWrites = Pick<
  ResourceWrites,
  'createRackResource' | 'updateRackResource' | 'deleteRackResource' | 'linkRackResource' | 'unlinkRackResource'
>;

function rackResourceWrites({ call, done }: GuardedCalls): RackResourceWrites {
  return {
    createRackResource: ({ kind, name, parameters }, o) => {
      const form = { kind, name, parameters: parameters && { map: parameters } };
      return call(R.createRackResource, readBackingResource, { form, secrets: Object.values(parameters ?? {}) }, o);
    },
    updateRackResource: (name, parameters, o) => {
      const form = { parameters: { map: parameters } };
      return done(R.updateRackResource, { variables: { name }, form, secrets: Object.values(parameters) }, o);
    },
    deleteRackResource: (name, o) => done(R.deleteRackResource, { variables: { name } }, o),
    linkRackResource: (name, app, o) => done(R.linkRackResource, { variables: { name }, form: { app } }, o),
    unlinkRackResource: (name, app, o) => done(R.unlinkRackResource, { variables: { name, app } }, o),
  };
}

function dataWrites({ done, answer }: GuardedCalls): Pick<ResourceWrites, 'importResourceData' | 'exportResourceData'> {
  return {
    importResourceData: (app, name, dump, o) => done(R.importResourceData, { variables: { app, name }, body: dump }, o),
    exportResourceData: async (app, name, o) =>
      (await answer(R.exportResourceData, { variables: { app, name }, maxBodyBytes: LARGEST_DOWNLOAD }, o)).body,
  };
}

type CertificateWrites = Pick<
  ResourceWrites,
  'importCertificate' | 'generateCertificate' | 'deleteCertificate' | 'renewCertificates' | 'setLetsEncryptConfig'
>;

function certificateWrites({ call, done }: GuardedCalls): CertificateWrites {
  return {
    importCertificate: ({ pub, key, chain }, o) =>
      call(R.importCertificate, readCertificate, { form: { pub, key, chain }, secrets: [key] }, o),
    generateCertificate: ({ domains, issuer, durationMs }, o) => {
      const duration = durationMs === undefined ? undefined : { duration: durationMs };
      return call(R.generateCertificate, readCertificate, { form: { domains: { csv: domains }, issuer, duration } }, o);
    },
    deleteCertificate: (id, o) => done(R.deleteCertificate, { variables: { id } }, o),
    renewCertificates: (app, o) => done(R.renewCertificates, { variables: { id: app } }, o),
    // The only route of a rack that reads a JSON body (convox-api.md 1.3).
    setLetsEncryptConfig: (config, o) => done(R.setLetsEncryptConfig, { json: config, secrets: textsIn(config) }, o),
  };
}

function registryWrites({ call, done }: GuardedCalls): Pick<ResourceWrites, 'addRegistry' | 'removeRegistry'> {
  return {
    addRegistry: ({ server, username, password }, o) =>
      call(R.addRegistry, readRegistry, { form: { server, username, password }, secrets: [password] }, o),
    removeRegistry: (server, o) => done(R.removeRegistry, { variables: { server } }, o),
  };
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
