import { get } from 'node:http';

/** One plain request on a connection of its own: what the server alone needs. */
export function fetchText(rackUrl: string, path: string): Promise<string> {
  const { hostname, port, username, password } = new URL(rackUrl);
  return new Promise((resolve, reject) => {
    const request = get(
      { hostname, port, path, auth: `${username}:${password}`, agent: false, headers: { connection: 'close' } },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve(text));
        response.on('error', reject);
      },
    );
    request.on('error', reject);
  });
}
