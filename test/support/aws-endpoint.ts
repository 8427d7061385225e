import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Simulator } from '../../src/simulator/simulator.ts';

type World = Simulator['aws'];
type Call = Parameters<World['send']>[0];

export interface AwsEndpoint {
  /** For `AWS_ENDPOINT_URL`. */
  readonly url: string;
  close(): Promise<void>;
}

/** What a program needs to reach it; the keys open nothing. */
export function awsEnvironment({ url }: AwsEndpoint): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'not-a-secret-of-anybody',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

/**
 * The simulated account over HTTP, in the protocols of the services themselves (EKS: REST with JSON; IAM and STS: a form, answered
 * in XML), so that the real SDK of a program in another process talks to it.
 */
export async function startAwsEndpoint(world: World): Promise<AwsEndpoint> {
  const server = createServer((request, response) => {
    void answer(world, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function answer(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request);
  const isForm = String(request.headers['content-type']).includes('x-www-form-urlencoded');
  const call = isForm ? formCall(body) : restCall(request, body);
  const [, region] = /Credential=[^/]+\/\d+\/([^/]+)\//.exec(String(request.headers.authorization)) ?? [];
  try {
    if (!call) throw Object.assign(new Error(`no operation ${request.method} ${request.url}`), { name: 'Unknown' });
    // IAM is a global service: it is signed for us-east-1 wherever one is.
    const result = await world.send({ ...call, region });
    if (isForm) reply(response, 200, 'text/xml', resultXml(call.operation, result));
    else reply(response, 200, 'application/json', JSON.stringify(result ?? {}, dates));
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    const status = $metadata?.httpStatusCode ?? 400;
    if (isForm) reply(response, status, 'text/xml', errorXml(name, message));
    else {
      response.setHeader('x-amzn-errortype', name);
      reply(response, status, 'application/json', JSON.stringify({ message }));
    }
  }
}

/** Seconds since the epoch, as REST services write times. */
function dates(this: unknown, key: string, value: unknown): unknown {
  const own = (this as Record<string, unknown>)[key];
  return own instanceof Date ? own.getTime() / 1_000 : value;
}

const REST: readonly (readonly [method: string, path: RegExp, operation: string, members: readonly string[]])[] = [
  ['GET', /^\/clusters$/, 'ListClusters', []],
  ['GET', /^\/clusters\/([^/]+)$/, 'DescribeCluster', ['name']],
  ['GET', /^\/clusters\/([^/]+)\/access-entries$/, 'ListAccessEntries', ['clusterName']],
  ['POST', /^\/clusters\/([^/]+)\/access-entries$/, 'CreateAccessEntry', ['clusterName']],
  ['GET', /^\/clusters\/([^/]+)\/access-entries\/([^/]+)$/, 'DescribeAccessEntry', ['clusterName', 'principalArn']],
  ['DELETE', /^\/clusters\/([^/]+)\/access-entries\/([^/]+)$/, 'DeleteAccessEntry', ['clusterName', 'principalArn']],
  [
    'GET',
    /^\/clusters\/([^/]+)\/access-entries\/([^/]+)\/access-policies$/,
    'ListAssociatedAccessPolicies',
    ['clusterName', 'principalArn'],
  ],
  [
    'POST',
    /^\/clusters\/([^/]+)\/access-entries\/([^/]+)\/access-policies$/,
    'AssociateAccessPolicy',
    ['clusterName', 'principalArn'],
  ],
  [
    'DELETE',
    /^\/clusters\/([^/]+)\/access-entries\/([^/]+)\/access-policies\/([^/]+)$/,
    'DisassociateAccessPolicy',
    ['clusterName', 'principalArn', 'policyArn'],
  ],
];

function restCall({ method, url = '' }: IncomingMessage, body: string): Omit<Call, 'region'> | undefined {
  const { pathname } = new URL(url, 'http://localhost');
  for (const [wanted, path, operation, members] of REST) {
    const match = path.exec(pathname);
    if (wanted !== method || !match) continue;
    const named = members.map((member, at) => [member, decodeURIComponent(match[at + 1] ?? '')] as const);
    const sent: unknown = body === '' ? {} : JSON.parse(body);
    return { service: 'eks', operation, input: { ...(sent as object), ...Object.fromEntries(named) } };
  }
  return undefined;
}

function formCall(body: string): Omit<Call, 'region'> {
  const { Action = '', Version: _version, ...input } = Object.fromEntries(new URLSearchParams(body));
  return { service: Action === 'GetCallerIdentity' ? 'sts' : 'iam', operation: Action, input };
}

function resultXml(operation: string, result: unknown): string {
  return `<${operation}Response><${operation}Result>${members(result)}</${operation}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></${operation}Response>`;
}

function members(value: unknown): string {
  return Object.entries(value ?? {})
    .filter(([, each]) => each !== undefined)
    .map(([name, each]) => `<${name}>${xml(each)}</${name}>`)
    .join('');
}

function xml(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((each) => `<member>${xml(each)}</member>`).join('');
  if (typeof value === 'object') return members(value);
  return String(value).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

function errorXml(code: string, message: string): string {
  return `<ErrorResponse><Error><Type>Sender</Type><Code>${xml(code)}</Code><Message>${xml(message)}</Message></Error><RequestId>1</RequestId></ErrorResponse>`;
}

function reply(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type });
  response.end(body);
}

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
