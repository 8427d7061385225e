import { Argument, type Command, Option } from 'commander';
import { Failure } from '../domain/failure.ts';
import { commonFlags, type RawOptions, sinceMs, withCommonFlags } from './common-flags.ts';
import type { Invocation } from './invocation.ts';

interface JournalView {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly about: string;
}

/** The journal is a view like the others, and can be checked: `journal verify`. */
export function addJournal(
  program: Command,
  { id, aliases, about }: JournalView,
  done: (invocation: Invocation) => void,
): void {
  withCommonFlags(
    program
      .command(id)
      .aliases([...aliases])
      .description(about),
  )
    .addArgument(new Argument('[verify]', 'check that no line was changed, moved or taken out').choices(['verify']))
    .option('--json', `print JSON (schema rackdeck/${id}@1; for verify rackdeck/${id}-verify@1)`)
    .option('--plain', 'print a plain table')
    .option('-f, --filter <text>', 'only matching rows: text, !text, result:failed, at<2h')
    .addOption(new Option('--since <duration>', 'how far back').argParser(sinceMs))
    .action((verify: string | undefined, options: RawOptions, command: Command) => {
      const common = commonFlags(command);
      if (verify !== undefined) return done(verifyInvocation(options, common));
      const { json, plain } = options;
      done({
        command: 'view',
        common,
        view: { view: id, json: json === true, plain: plain === true, filter: filterOf(options) },
      });
    });
}

function verifyInvocation(options: RawOptions, common: ReturnType<typeof commonFlags>): Invocation {
  // The chain is one over all racks: a part of it cannot be checked.
  if (common.rack !== undefined || common.app !== undefined || filterOf(options) !== undefined) {
    throw new Failure({
      kind: 'usage',
      what: 'journal verify checks the whole journal',
      next: 'Leave --rack, --app, --since and --filter away.',
    });
  }
  return { command: 'journal-verify', common, json: options.json === true };
}

/** `--since` in the words of the filter, so that a dashboard shows it where a person can change it. */
function filterOf({ filter, since }: RawOptions): string | undefined {
  const parts = [...(since === undefined ? [] : [`at<${Math.ceil(since / 1_000)}s`]), ...(filter ? [filter] : [])];
  return parts.length === 0 ? undefined : parts.join(' ');
}
