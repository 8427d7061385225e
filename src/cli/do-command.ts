import type { Command } from 'commander';
import { commonFlags, type RawOptions, withCommonFlags } from './common-flags.ts';
import type { Invocation } from './invocation.ts';

/** `rackdeck do`: one guarded action without the dashboard. */
export function addDo(program: Command, done: (invocation: Invocation) => void): void {
  withCommonFlags(
    program
      .command('do')
      .description(
        'run one guarded action: first --dry-run, then --yes --expect-preview <digest>; `do list` names the actions, `do list <action>` says what one takes',
      )
      .usage('<action> [names] [options]'),
  )
    .argument('<action>', 'process.stop, release.promote ...; `rackdeck do list` lists them')
    .argument('[names...]', 'what it is about: process ids, a release, a service ...')
    .option('-s, --service <name>', 'the service, where the action needs one')
    .option('--set <field=value>', 'a value of the action (may be given again)', collect, [])
    .option('--set-file <field=file>', 'the same, read from a file; - is standard input', collect, [])
    .option('--dry-run', 'only show what would change, and the digest of that preview')
    .option('--yes', 'run it, if the preview is still the expected one')
    .option('--expect-preview <digest>', 'the digest that --dry-run printed')
    .option('--reason <text>', 'why; kept in the journal')
    .option('--json', 'print JSON (schema rackdeck/do@1)')
    .action((action: string, subjects: string[], options: RawOptions, command: Command) => {
      done({
        command: 'do',
        common: commonFlags(command),
        do: {
          action,
          subjects,
          service: options.service,
          set: options.set ?? [],
          setFile: options.setFile ?? [],
          yes: options.yes === true,
          expectPreview: options.expectPreview,
          dryRun: options.dryRun === true,
          reason: options.reason,
          json: options.json === true,
        },
      });
    });
}

function collect(value: string, all: string[]): string[] {
  return [...all, value];
}
