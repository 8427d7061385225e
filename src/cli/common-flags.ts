import { type Command, InvalidArgumentError, Option } from 'commander';
import { DEMO_INCIDENTS } from './demo-incidents.ts';
import { type CommonFlags, NOTIFY_CHANNELS, type NotifyChannel } from './invocation.ts';
import { parseSince } from './since.ts';

/** Options as commander hands them over. */
export interface RawOptions {
  rack?: string;
  app?: string;
  demo?: boolean;
  demoApps?: number;
  demoProcesses?: number;
  demoIncident?: string;
  notify?: NotifyChannel;
  debug?: boolean;
  color?: boolean;
  screenReader?: boolean;
  readOnly?: boolean;
  json?: boolean;
  plain?: boolean;
  filter?: string;
  service?: string;
  process?: string;
  build?: string;
  rackLogs?: boolean;
  since?: number;
  tail?: number;
  follow?: boolean;
  previous?: boolean;
  browser?: boolean;
  failOn?: 'warning' | 'critical';
  out?: string;
  lines?: number;
  for?: number;
  maxSize?: number;
  logs?: boolean;
  at?: string;
  set?: string[];
  setFile?: string[];
  yes?: boolean;
  expectPreview?: string;
  dryRun?: boolean;
  reason?: string;
}

/** The flags that every view and command takes. */
export function withCommonFlags(command: Command): Command {
  return command
    .option('-r, --rack <name>', 'the rack, by name or a unique part of it')
    .option('-a, --app <name>', 'the app')
    .option('--demo', 'use the embedded demo racks')
    .addOption(new Option('--demo-apps <n>', 'demo: number of apps').argParser(positiveInteger).hideHelp())
    .addOption(new Option('--demo-processes <n>', 'demo: number of processes').argParser(positiveInteger).hideHelp())
    .addOption(
      new Option('--demo-incident <name>', 'demo: healthy racks with one failure').choices([...DEMO_INCIDENTS]),
    )
    .addOption(new Option('--notify <how>', 'tell when a rack or an app changes state').choices([...NOTIFY_CHANNELS]))
    .option('--read-only', 'change nothing, whatever is pressed (RACKDECK_READ_ONLY works too)')
    .option('--no-color', 'no colours (NO_COLOR works too)')
    .option('--screen-reader', 'linear layout for screen readers')
    .option('--debug', 'write a debug log (no secrets) to the state folder');
}

export function commonFlags(command: Command): CommonFlags {
  const own = command.opts<RawOptions>();
  const before = command.parent?.opts<RawOptions>() ?? own;
  const options: RawOptions = { ...before, ...own };
  const demo = [options.demoApps, options.demoProcesses, options.demoIncident].some((value) => value !== undefined);
  return {
    rack: options.rack,
    app: options.app,
    demo:
      demo || options.demo
        ? { apps: options.demoApps, processes: options.demoProcesses, incident: options.demoIncident }
        : undefined,
    notify: options.notify,
    debug: options.debug === true,
    color: own.color !== false && before.color !== false,
    screenReader: options.screenReader === true,
    readOnly: options.readOnly === true,
  };
}

export function positiveInteger(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('It takes a whole number from 1.');
  return Number(text);
}

export function sinceMs(text: string): number {
  const value = parseSince(text);
  if (value === undefined) throw new InvalidArgumentError('It takes a duration such as 90s, 10m, 2h30m or 3d.');
  return value;
}
