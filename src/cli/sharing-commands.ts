import { type Command, Option } from 'commander';
import { commonFlags, positiveInteger, type RawOptions, sinceMs, withCommonFlags } from './common-flags.ts';
import type { Invocation } from './invocation.ts';

export type IsWanted = (...names: readonly string[]) => boolean;
type Done = (invocation: Invocation) => void;

/** Commands that say or keep what is seen, for somebody else or for later. */
export function addSharing(program: Command, done: Done, isWanted: IsWanted): void {
  if (isWanted('open')) addOpen(program, done);
  if (isWanted('triage')) addTriage(program, done);
  if (isWanted('bundle')) addBundle(program, done);
  if (isWanted('record')) addRecord(program, done);
  if (isWanted('replay')) addReplay(program, done);
}

function addOpen(program: Command, done: Done): void {
  withCommonFlags(
    program.command('open').description('open the view of an address: <rack>/<app>/<view>?filter=... (`u` copies one)'),
  )
    .argument('<address>', 'where to go; - stands for no app')
    .option('--json', 'print JSON instead')
    .option('--plain', 'print a plain table instead')
    .action((address: string, options: RawOptions, command: Command) => {
      done({
        command: 'open',
        common: commonFlags(command),
        open: { address, json: options.json === true, plain: options.plain === true },
      });
    });
}

function addTriage(program: Command, done: Done): void {
  withCommonFlags(program.command('triage').description('what is wrong, on all racks, worst first'))
    .option('--json', 'print JSON (schema rackdeck/triage@1)')
    .addOption(
      new Option('--fail-on <severity>', 'exit 1 where a finding is at least this bad').choices([
        'warning',
        'critical',
      ]),
    )
    .action((options: RawOptions, command: Command) => {
      done({
        command: 'triage',
        common: commonFlags(command),
        triage: { json: options.json === true, failOn: options.failOn },
      });
    });
}

function addBundle(program: Command, done: Done): void {
  withCommonFlags(
    program.command('bundle').description('save what is known of an incident in one file without secrets, to share it'),
  )
    .option('-o, --out <file>', 'the file to write; it must not exist')
    .option('--json', 'print it (schema rackdeck/bundle@1)')
    .addOption(new Option('--lines <n>', 'log lines per process').argParser(positiveInteger).default(200))
    .action((options: RawOptions, command: Command) => {
      done({
        command: 'bundle',
        common: commonFlags(command),
        bundle: { out: options.out, json: options.json === true, lines: options.lines ?? 200 },
      });
    });
}

const DEFAULT_SIZE_MB = 200;

function addRecord(program: Command, done: Done): void {
  withCommonFlags(
    program.command('record').description('record what the racks say, without secrets, to look at it later (replay)'),
  )
    .option('-o, --out <file>', 'the file to write; it must not exist')
    .addOption(new Option('--for <duration>', 'stop after so long').argParser(sinceMs))
    .addOption(
      new Option('--max-size <mb>', 'stop when the file is so large')
        .argParser(positiveInteger)
        .default(DEFAULT_SIZE_MB),
    )
    .option('--no-logs', 'leave the logs of the apps out')
    .action((options: RawOptions, command: Command) => {
      done({
        command: 'record',
        common: commonFlags(command),
        record: {
          out: options.out,
          forMs: options.for,
          logs: options.logs !== false,
          maxBytes: (options.maxSize ?? DEFAULT_SIZE_MB) * 1_000_000,
        },
      });
    });
}

function addReplay(program: Command, done: Done): void {
  withCommonFlags(program.command('replay').description('open the dashboard on a recording, or print a view of it'))
    .argument('<file>', 'what `record` wrote')
    .argument('[view]', 'a view')
    .option('--at <instant>', 'at 02:40 or 02:40:13, +5m from its beginning, -30s before its end; default its end')
    .option('--json', 'print JSON')
    .option('--plain', 'print a plain table')
    .option('-f, --filter <text>', 'only matching rows')
    .option('-s, --service <name>', 'narrow to a service, where the view has one')
    .action((file: string, view: string | undefined, options: RawOptions, command: Command) => {
      done({
        command: 'replay',
        common: commonFlags(command),
        replay: {
          file,
          view,
          at: options.at,
          json: options.json === true,
          plain: options.plain === true,
          filter: options.filter,
          service: options.service,
        },
      });
    });
}
