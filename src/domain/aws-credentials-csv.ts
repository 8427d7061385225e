/**
 * An access key out of a `credentials.csv` (published page "AWS Integration"). The secret stays in a closure: it is in no
 * field, so no log, no JSON and no inspection of the object shows it. Whoever calls `secret()` hands it on and keeps nothing.
 */
export interface AwsAccessKey {
  /** `''` where the file names none. */
  readonly userName: string;
  readonly accessKeyId: string;
  readonly secret: () => string;
  /** Account id out of the console login link. */
  readonly account: string | undefined;
  readonly notes: readonly string[];
}

export type ReadCredentials =
  | { readonly kind: 'key'; readonly key: AwsAccessKey }
  /** `reason` is a whole sentence and quotes nothing of the file. */
  | { readonly kind: 'invalid'; readonly reason: string };

const MAX_LENGTH = 16 * 1_024;
const KEY_ID = /^[A-Z0-9]{10,128}$/;
const SECRET = /^[A-Za-z0-9/+=]{16,128}$/;

/**
 * Reads either form: `User name,Password,Access key ID,Secret access key,Console login link` and
 * `User Name,Access Key Id,Secret Access Key`; columns are found by name, in any order and case. Never throws.
 */
export function readCredentialsCsv(text: string): ReadCredentials {
  if (text.length > MAX_LENGTH) return invalid('The file is too large for a credentials.csv.');
  const rows = csvRows(text.replace(/^\ufeff/, ''));
  if (!rows) return invalid('The file is no CSV: a quote is not closed.');
  const [header, row, ...more] = rows.filter((cells) => cells.some((cell) => cell.trim() !== ''));
  if (!header || !row) return invalid('The file has no line with a key.');
  if (more.length > 0) return invalid('The file has more than one key: leave the one that is meant.');
  const columns = header.map((name) => name.toLowerCase().replace(/[^a-z]/g, ''));
  const cell = (name: string) => (columns.includes(name) ? (row[columns.indexOf(name)] ?? '').trim() : undefined);
  const accessKeyId = cell('accesskeyid');
  const secret = cell('secretaccesskey');
  if (accessKeyId === undefined || secret === undefined) {
    return invalid('The first line does not name the columns "Access key ID" and "Secret access key".');
  }
  if (!KEY_ID.test(accessKeyId)) return invalid('The access key id is missing or not possible.');
  if (!SECRET.test(secret)) return invalid('The secret access key is missing or not possible.');
  const userName = cell('username') ?? '';
  const account = /^https:\/\/(\d{7,12})\.signin\.aws\.amazon\.com\//.exec(cell('consoleloginlink') ?? '')?.[1];
  const password = cell('password') ?? '';
  const notes = [
    ...(accessKeyId.startsWith('ASIA')
      ? ['This key is a temporary one: it needs a session token, which the file does not hold.']
      : []),
    ...(password === '' ? [] : ['The file also holds a password for the AWS console: delete the file after use.']),
  ];
  return {
    kind: 'key',
    key: {
      userName: /^[\w+=,.@-]{1,64}$/.test(userName) ? userName : '',
      accessKeyId,
      secret: () => secret,
      account,
      notes,
    },
  };
}

/** `AKIA…C123A`: enough to tell two keys apart. */
export function shownKeyId(accessKeyId: string): string {
  return `${accessKeyId.slice(0, 4)}…${accessKeyId.slice(-4)}`;
}

/** Rows of cells; undefined where a quote is never closed. */
function csvRows(text: string): readonly (readonly string[])[] | undefined {
  const rows: string[][] = [[]];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (char === '"' && cell.trim() === '') {
      cell = '';
      quoted = true;
    } else if (char === ',') {
      rows.at(-1)?.push(cell);
      cell = '';
    } else if (char === '\n') {
      rows.at(-1)?.push(cell);
      rows.push([]);
      cell = '';
    } else if (char !== '\r') cell += char;
  }
  rows.at(-1)?.push(cell);
  return quoted ? undefined : rows;
}

function invalid(reason: string): ReadCredentials {
  return { kind: 'invalid', reason };
}
