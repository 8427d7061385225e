import type { AppConfig } from '../domain/app-config.ts';
import { bytesText } from '../domain/byte-size.ts';
import { name } from './columns.ts';
import { defineResource, type QueryContext } from './define-resource.ts';

/** The value stays behind: a list of configs carries every one in clear text (convox-api.md 3). */
export type ConfigRow = Pick<AppConfig, 'name' | 'bytes'>;

async function query({ reads, at, signal }: QueryContext): Promise<readonly ConfigRow[]> {
  const configs = await reads.configs(at.app ?? '', { signal });
  return configs.map((config) => ({ name: config.name, bytes: config.bytes }));
}

export const configs = defineResource<ConfigRow>({
  id: 'configs',
  aliases: ['config'],
  title: 'Configs',
  about: 'config files that are mounted into an app, by name and size; never their content',
  scope: 'app',
  needs: 'convox:config:list',
  route: 'GET /apps/{app}/configs',
  pace: 10,
  query,
  key: (config) => config.name,
  columns: [
    name('NAME', (config) => config.name, { min: 12 }),
    {
      id: 'bytes',
      header: 'SIZE',
      type: 'number',
      align: 'right',
      priority: 0,
      value: (config) => config.bytes,
      cell: (config) => ({ text: bytesText(config.bytes) }),
    },
  ],
  sort: ['name', 'asc'],
  severity: () => 'ok',
  open: { enter: { to: 'describe', label: 'describe', place: (_config, at) => at } },
  describe: (config) => [
    ['Name', config.name],
    ['Size', `${bytesText(config.bytes)} (${config.bytes} bytes)`],
    ['Content', 'not shown: it may be secret'],
  ],
  empty: 'No config files are mounted into this app.',
});
