import { withoutCredentials } from '../domain/failure.ts';
import { safeText } from '../domain/safe-text.ts';

/** What a server says in a body that is no success (gateway.md 8.1, convox-api.md 1.5). */
export interface AnswerMessage {
  /** One line for a person, or undefined where the body holds none (empty, HTML, too long to be a message). */
  readonly text: string | undefined;
  /** The `error` member beside a `message`: a code for programs (`mfa_step_up_required`). */
  readonly code: string | undefined;
  readonly html: boolean;
  readonly empty: boolean;
}

/** Longest plain text still taken for a message. */
const MAX_MESSAGE = 500;

/** Reads `{error}`, `{error, message}` in any letter case, one line of text, HTML or nothing. Never throws. */
export function readAnswerMessage(body: string, contentType: string): AnswerMessage {
  const text = body.trim();
  if (text === '') return { text: undefined, code: undefined, html: false, empty: true };
  if (isHtml(text, contentType)) return { text: undefined, code: undefined, html: true, empty: false };
  if (contentType.includes('json') || text.startsWith('{')) {
    const json = readJsonMessage(text);
    if (json) return { ...json, html: false, empty: false };
  }
  const short = text.length < MAX_MESSAGE && !text.startsWith('{') && !text.startsWith('[');
  return { text: short ? printable(text) : undefined, code: undefined, html: false, empty: false };
}

function readJsonMessage(text: string): Pick<AnswerMessage, 'text' | 'code'> | undefined {
  const value = parse(text);
  if (typeof value !== 'object' || value === null) return undefined;
  const error = member(value, 'error');
  const message = member(value, 'message');
  return { text: message ?? error, code: error };
}

function member(value: object, name: string): string | undefined {
  for (const [key, found] of Object.entries(value)) {
    if (key.toLowerCase() === name && typeof found === 'string' && found.trim() !== '') {
      return printable(found);
    }
  }
  return undefined;
}

/** Undefined where nothing is left that could be read. */
function printable(text: string): string | undefined {
  const clean = safeText(withoutCredentials(text.trim()), MAX_MESSAGE).trim();
  return clean === '' ? undefined : clean;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isHtml(text: string, contentType: string): boolean {
  return contentType.includes('text/html') || /^<(?:!doctype|html|head|body|center|h1|\?xml)\b/i.test(text);
}
