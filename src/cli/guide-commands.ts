import type { Command } from 'commander';
import { commonFlags, type RawOptions, withCommonFlags } from './common-flags.ts';
import type { Invocation } from './invocation.ts';

/** `rackdeck guides`, `rackdeck guide`: the guided migrations without the dashboard; they only look. */
export function addGuides(program: Command, done: (invocation: Invocation) => void): void {
  withCommonFlags(program.command('guides').description('list the guided migrations'))
    .option('--json', 'print JSON (schema rackdeck/guides@1)')
    .action((options: RawOptions, command: Command) => {
      done({ command: 'guides', common: commonFlags(command), json: options.json === true });
    });
}

export function addGuide(program: Command, done: (invocation: Invocation) => void): void {
  withCommonFlags(
    program.command('guide').description('look at every step of a guided migration, without changing anything'),
  )
    .argument('<id>', 'console-role, access-entries ...; `rackdeck guides` lists them')
    .option('--check', 'look at every step (changes are made in the dashboard, by a person)')
    .option('--set <field=value>', 'a value of the guide (may be given again)', collect, [])
    .option('--json', 'print JSON (schema rackdeck/guide@1)')
    .action((guide: string, options: RawOptions & { check?: boolean }, command: Command) => {
      done({
        command: 'guide',
        common: commonFlags(command),
        guide: { guide, check: options.check === true, set: options.set ?? [], json: options.json === true },
      });
    });
}

function collect(value: string, all: string[]): string[] {
  return [...all, value];
}
