import type { Dispatcher } from 'undici';
import { trackApproval } from './approval-gate.ts';
import { auditCall } from './audited-call.ts';
import { checkBuild } from './build-checks.ts';
import { type AuthenticatedCall, header, isRecord } from './call.ts';
import type { CreatedKind } from './creator-index.ts';
import { fromRack, toRack } from './forwarded-headers.ts';
import type { GatewayState } from './gateway-state.ts';
import { admit, enforcePolicy, type ProxiedCall } from './proxied-call.ts';
import { isReleaseRead, maskReleases, prepareReleaseBody } from './release-env.ts';
import { failure, Refused, type Reply } from './reply.ts';

const CREATED_BY_PERMISSION: Readonly<Record<string, CreatedKind>> = {
  'convox:app:create': 'app',
  'convox:build:create': 'build',
  'convox:release:create': 'release',
};

/** A plain HTTP request to the rack, in the order of gateway.md 5.3. */
export async function handleProxied(
  state: GatewayState,
  call: AuthenticatedCall,
  path: string,
  gone: AbortSignal,
): Promise<Reply> {
  const admitted = admit(state, call, call.method, path);
  const body = await prepareReleaseBody(state, admitted);
  try {
    enforcePolicy(state, admitted);
  } catch (error) {
    auditProxied(state, admitted, error instanceof Refused ? error.reply.status : 500);
    throw error;
  }
  checkBuild(state, admitted);
  if (state.faults.certificateMismatch) throw new Refused(failure(502, 'rack certificate verification failed'));
  return forward(state, admitted, body, gone);
}

async function forward(state: GatewayState, call: ProxiedCall, body: Buffer, gone: AbortSignal): Promise<Reply> {
  let response: Dispatcher.ResponseData;
  try {
    response = await state.rack.send({
      method: call.method as Dispatcher.HttpMethod,
      path: call.path,
      search: call.search,
      headers: toRack(call.headers, { 'x-user-email': call.identity.user.email, 'x-request-id': call.requestId }),
      body,
      signal: gone,
    });
  } catch (error) {
    throw new Refused(failure(500, `failed to forward request: ${reason(error)}`));
  }
  const status = response.statusCode;
  const headers = fromRack(response.headers);
  const succeeded = status >= 200 && status < 300;
  auditProxied(state, call, status);
  if (!succeeded || !needsWholeBody(call)) return { status, headers, body: relayed(response.body) };
  const { bytes, complete } = await collect(response.body);
  if (!complete) return { status, headers, body: once(bytes) };
  remember(state, call, bytes, String(response.headers['content-type'] ?? ''));
  return { status, headers, body: once(isReleaseRead(call) ? maskReleases(state, call, bytes) : bytes) };
}

function needsWholeBody(call: ProxiedCall): boolean {
  return (
    isReleaseRead(call) || call.approval !== undefined || CREATED_BY_PERMISSION[call.match.permission] !== undefined
  );
}

/** A body that breaks off gets the error appended to what has been sent under a 200 (gateway.md 6.2). */
async function* relayed(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    yield Buffer.from(JSON.stringify({ error: `failed to stream response body: ${reason(error)}` }));
  }
}

async function collect(body: AsyncIterable<Uint8Array>): Promise<{ bytes: Buffer; complete: boolean }> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of body) chunks.push(chunk);
    return { bytes: Buffer.concat(chunks), complete: true };
  } catch (error) {
    chunks.push(Buffer.from(JSON.stringify({ error: `failed to stream response body: ${reason(error)}` })));
    return { bytes: Buffer.concat(chunks), complete: false };
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  if (error.name === 'TimeoutError') return 'context deadline exceeded';
  return error.message === '' ? error.name : error.message;
}

/** Who created what, and how far an approved deploy has come. */
function remember(state: GatewayState, call: ProxiedCall, bytes: Buffer, contentType: string): void {
  const answer = parse(bytes);
  const kind = CREATED_BY_PERMISSION[call.match.permission];
  const id = isRecord(answer) ? (kind === 'app' ? answer.name : answer.id) : undefined;
  if (kind !== undefined && typeof id === 'string') state.creators.record(kind, id, call.identity.user);
  if (call.approval === undefined) return;
  if (call.match.permission === 'convox:release:promote' && !contentType.includes('json')) return;
  trackApproval(state, call.approval, call.match, call.headers, answer);
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Each successful call and each denial leaves a row; other rack errors do not. */
export function auditProxied(state: GatewayState, call: ProxiedCall, status: number): void {
  const denied = status === 403 && !call.allowed;
  if (!denied && (status < 101 || status >= 300)) return;
  const { parameters, permission } = call.match;
  const command = header(call, 'command');
  auditCall(state, call, {
    actionType: 'convox',
    action: permission.replace(/^convox:/, '').replace(':', '.'),
    resource:
      parameters.pid ?? parameters.id ?? parameters.service ?? parameters.name ?? parameters.app ?? state.rackName,
    resourceType: permission.split(':')[1] ?? 'rack',
    status: denied ? 'denied' : 'success',
    rbacDecision: denied ? 'deny' : 'allow',
    httpStatus: status,
    ...(parameters.app === undefined ? {} : { details: { app: parameters.app } }),
    ...(command === undefined ? {} : { command }),
    ...(call.approval === undefined ? {} : { approvalId: call.approval.id }),
  });
}
