import { createReadStream } from 'node:fs';
import { constants, createGunzip } from 'node:zlib';
import { asFailure, Failure } from '../../domain/failure.ts';
import { safeLogLine, safeText } from '../../domain/safe-text.ts';
import { systemErrorCode } from '../../platform/atomic-file.ts';
import { isReadName } from '../../protocol/recording/recorded-reads.ts';
import {
  parseRecordingHeader,
  parseRecordingLine,
  type RecordingHeader,
  type RecordingLine,
} from '../../protocol/recording/recording-line.ts';
import { replayAnswer } from '../../protocol/recording/replay-answer.ts';
import { type Recording, RecordingBuilder } from './recording.ts';

/** Text that is unpacked at most: a small file can hold any amount of it. */
const MAX_TEXT = 512 * 1_024 * 1_024;

/**
 * Reads a recording up to its end or its first damage; what came before that is good. Rejects with a Failure where there is
 * not even a beginning: no such file, no recording, or one of a newer kind.
 */
export async function readRecording(path: string, maxText = MAX_TEXT): Promise<Recording> {
  const reader = new LineReader(path);
  let damage: string | undefined;
  let length = 0;
  try {
    for await (const text of unpacked(path)) {
      length += text.length;
      damage = length > maxText ? 'it is larger than can be played' : reader.take(text);
      if (damage) break;
    }
  } catch (error) {
    if (!reader.builder && !isDamage(error)) throw cannotRead(path, error);
    damage = 'its data is damaged';
  }
  if (!reader.builder) throw notARecording(path);
  if (!damage && !reader.builder.ended) damage = 'it is cut off';
  return reader.builder.finish(damage);
}

async function* unpacked(path: string): AsyncGenerator<string> {
  const source = createReadStream(path);
  // A file that ends in the middle of a batch gives what is whole of it.
  const gunzip = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH });
  source.on('error', (error) => gunzip.destroy(error));
  source.pipe(gunzip);
  const decoder = new TextDecoder();
  try {
    for await (const chunk of gunzip) yield decoder.decode(chunk as Buffer, { stream: true });
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

class LineReader {
  builder: RecordingBuilder | undefined;
  readonly #path: string;
  #rest = '';

  constructor(path: string) {
    this.#path = path;
  }

  /** What is wrong with it, if anything is; throws for what is no recording at all. */
  take(text: string): string | undefined {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const problem = line === '' ? undefined : this.#line(line);
      if (problem) return problem;
    }
    return undefined;
  }

  #line(line: string): string | undefined {
    const json = parsed(line);
    if (!this.builder) {
      this.builder = new RecordingBuilder(this.#header(json));
      return undefined;
    }
    const read = parseRecordingLine(json);
    const checked = read && printable(read);
    return checked && this.builder.add(checked) ? undefined : 'one of its lines is damaged';
  }

  #header(json: unknown): RecordingHeader {
    const header = parseRecordingHeader(json);
    if (!header) throw notARecording(this.#path, json);
    return { ...header, racks: header.racks.map(({ name, kind }) => ({ name: safeText(name), kind: safeText(kind) })) };
  }
}

/** Undefined for an answer that has not the shape it should have. */
function printable(line: RecordingLine): RecordingLine | undefined {
  if ('log' in line) return { ...line, lines: line.lines.map((text) => safeLogLine(text)) };
  if (!('value' in line)) return line;
  const answer = isReadName(line.read) ? replayAnswer(line.read, line.value) : undefined;
  return answer && { ...line, value: answer.value };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** zlib names its errors `Z_DATA_ERROR`, `Z_BUF_ERROR` ... */
function isDamage(error: unknown): boolean {
  return (systemErrorCode(error) ?? '').startsWith('Z_');
}

function notARecording(path: string, header?: unknown): Failure {
  const schema = typeof header === 'object' && header !== null && 'schema' in header ? String(header.schema) : '';
  const newer = schema.startsWith('rackdeck/recording@');
  return new Failure({
    kind: 'malformed',
    what: newer ? `${path} is a recording of another version (${schema})` : `${path} is not a recording`,
    next: newer ? 'Play it with the version of rackdeck that made it.' : 'Make one with `rackdeck record`.',
  });
}

function cannotRead(path: string, error: unknown): Failure {
  if (error instanceof Failure) return error;
  return new Failure({
    kind: 'usage',
    what: `Could not read ${path}`,
    why: systemErrorCode(error) === 'ENOENT' ? 'there is no such file' : asFailure(error).why,
    next: 'Name the file that `rackdeck record` wrote.',
    cause: error,
  });
}
