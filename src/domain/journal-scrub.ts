import { withoutCredentials } from './failure.ts';
import type { JournalEntry, JournalIntent, JournalResult } from './journal-entry.ts';
import { safeText } from './safe-text.ts';
import { scrubText } from './scrub-text.ts';
import { HIDDEN, isSecretName } from './secret-text.ts';
import type { Subject } from './subject.ts';

/** Longest id kept: an ARN fits. */
const MAX_ID = 512;

/**
 * The entry without what looks like a secret, whatever the caller did: the journal outlives every session. Sentences lose
 * secrets by name and form; ids stay as they are (a read back needs them) but for the credentials of a URL.
 */
export function scrubbedEntry(entry: JournalEntry): JournalEntry {
  switch (entry.kind) {
    case 'intent':
      return scrubbedIntent(entry);
    case 'result':
      return scrubbedResult(entry);
    case 'note':
      return entry;
    default:
      return { ...entry, words: sentence(entry.words) };
  }
}

function scrubbedIntent(intent: JournalIntent): JournalIntent {
  const { rack, user, machineUser, subjects, input, before, headline, reason, echo } = intent;
  return {
    ...intent,
    rack: { id: plainId(rack.id), name: plainId(rack.name) },
    user: plainId(user),
    machineUser: machineUser === undefined ? undefined : plainId(machineUser),
    subjects: subjects.map(scrubbedSubject),
    input: input === undefined ? undefined : scrubbedInput(input),
    before: before === undefined ? undefined : scrubbedIds(before),
    preview: plainId(intent.preview),
    headline: sentence(headline),
    reason: reason === undefined ? undefined : sentence(reason),
    echo: sentence(echo),
  };
}

function scrubbedResult(result: JournalResult): JournalResult {
  const { words, failure, requestIds } = result;
  return {
    ...result,
    words: sentence(words),
    ...(failure === undefined
      ? {}
      : {
          failure: {
            ...failure,
            requestId: failure.requestId === undefined ? undefined : plainId(failure.requestId),
          },
        }),
    ...(requestIds === undefined ? {} : { requestIds: requestIds.map(plainId) }),
  };
}

function scrubbedSubject({ id, app, service }: Subject): Subject {
  return {
    id: plainId(id),
    app: app === undefined ? undefined : plainId(app),
    service: service === undefined ? undefined : plainId(service),
  };
}

function scrubbedInput(input: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => [plainId(name), isSecretName(name) ? HIDDEN : sentence(value)]),
  );
}

function scrubbedIds(ids: Readonly<Record<string, readonly string[]>>): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(Object.entries(ids).map(([name, values]) => [plainId(name), values.map(plainId)]));
}

function sentence(text: string): string {
  return scrubText(safeText(text)).text;
}

function plainId(text: string): string {
  return withoutCredentials(safeText(text, MAX_ID));
}
