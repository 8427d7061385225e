import { type Command, Option } from 'commander';
import { commonFlags, positiveInteger, type RawOptions, withCommonFlags } from './common-flags.ts';
import type { Invocation } from './invocation.ts';

export type IsWanted = (...names: readonly string[]) => boolean;
type Done = (invocation: Invocation) => void;

/** Commands that say or keep what is seen, for somebody else or for later. */
export function addSharing(program: Command, done: Done, isWanted: IsWanted): void {
  if (isWanted('open')) addOpen(program, done);
  if (isWanted('triage')) addTriage(program, done);
  if (isWanted('bundle')) addBundle(program, done);
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
