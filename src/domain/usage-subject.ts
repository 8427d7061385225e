/** What load is measured of. */
export type UsageKind = 'rack' | 'node' | 'app' | 'service' | 'process';

export interface UsageSubject {
  readonly kind: UsageKind;
  /** `''` for a rack or a node. */
  readonly app: string;
  /** Of a service or a process. */
  readonly service: string;
  /** What a person calls it: node or process id, name of the app or service; `''` for the rack itself. */
  readonly name: string;
}

export const RACK_SUBJECT: UsageSubject = { kind: 'rack', app: '', service: '', name: '' };

export function nodeSubject(id: string): UsageSubject {
  return { kind: 'node', app: '', service: '', name: id };
}

export function appSubject(app: string): UsageSubject {
  return { kind: 'app', app, service: '', name: app };
}

export function serviceSubject(app: string, service: string): UsageSubject {
  return { kind: 'service', app, service, name: service };
}

export function processSubject(app: string, service: string, id: string): UsageSubject {
  return { kind: 'process', app, service, name: id };
}

/** `rack`, `node:ip-10-1-80-12`, `app:shop`, `service:shop/web`, `process:shop/web/web-6d9f-x2x4q`: stable, also on disk. */
export function subjectKey({ kind, app, service, name }: UsageSubject): string {
  switch (kind) {
    case 'rack':
      return 'rack';
    case 'node':
      return `node:${name}`;
    case 'app':
      return `app:${app}`;
    case 'service':
      return `service:${app}/${service}`;
    case 'process':
      return `process:${app}/${service}/${name}`;
  }
}

/** Reads what {@link subjectKey} wrote; undefined for anything else. */
export function parseSubjectKey(key: string): UsageSubject | undefined {
  if (key === 'rack') return RACK_SUBJECT;
  const colon = key.indexOf(':');
  const kind = key.slice(0, Math.max(0, colon));
  const rest = key.slice(colon + 1);
  if (colon < 0 || rest === '') return undefined;
  if (kind === 'node') return nodeSubject(rest);
  // App and service names hold no slash; whatever else a process id may hold comes last.
  const [app = '', service = '', ...id] = rest.split('/');
  if (app === '') return undefined;
  if (kind === 'app') return service === '' && id.length === 0 ? appSubject(app) : undefined;
  if (kind === 'service') return service !== '' && id.length === 0 ? serviceSubject(app, service) : undefined;
  if (kind === 'process') return id.length > 0 ? processSubject(app, service, id.join('/')) : undefined;
  return undefined;
}
