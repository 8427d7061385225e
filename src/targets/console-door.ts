import { Failure } from '../domain/failure.ts';
import type { Environment } from '../platform/environment.ts';
import type { Endpoint } from '../protocol/endpoint.ts';
import type { ConvoxSettings } from './convox-settings.ts';
import { consoleUrl } from './convox-targets.ts';
import { isHeaderSafe } from './gateway-target.ts';
import { basicCredential } from './rack-address.ts';

/** The console that this machine is logged in to, itself and not a rack of it; undefined where there is no login at all. */
export async function consoleEndpoint(
  environment: Environment,
  settings: ConvoxSettings,
): Promise<Endpoint | undefined> {
  const login = await settings.consoleLogin();
  if (login?.token === undefined) return undefined;
  const { host, token, session } = login;
  const baseUrl = consoleUrl(host, environment);
  if (baseUrl === undefined || !isHeaderSafe(token)) {
    throw new Failure({
      kind: 'malformed',
      what: 'The login to the console cannot be used',
      why: 'its host or token holds characters that cannot be sent',
      next: 'Run `convox login` again.',
    });
  }
  const credential = basicCredential('convox', token);
  return {
    baseUrl,
    authorization: () => credential,
    headers: () => (session === undefined ? {} : { session }),
    dialect: 'console',
  };
}
