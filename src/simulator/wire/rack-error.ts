/** What a rack answers when it refuses (convox-api.md 1.5). */
export class RackError extends Error {
  /** Status on racks >= 3.24.1. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'RackError';
    this.status = status;
    this.headers = headers;
  }

  /**
   * Status as the given generation of the server sends it: before 3.24.1 the type was lost on the way and only
   * authentication, role and promote/cancel refusals (401, 403) kept theirs; v2 racks also answer real 404s.
   */
  statusFor(server: { typedErrors: boolean; v2: boolean }): number {
    if (server.typedErrors || this.status === 401 || this.status === 403) return this.status;
    return server.v2 && this.status === 404 ? 404 : 500;
  }
}

export const unimplemented = (): RackError => new RackError(501, 'unimplemented');
export const unauthorized = (): RackError => new RackError(401, 'you are unauthorized to access this');
/** Kubernetes not-found errors stay 500 even on the newest rack. */
export const kubernetesNotFound = (kind: string, name: string): RackError =>
  new RackError(500, `${kind} "${name}" not found`);
