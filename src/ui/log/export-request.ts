/** Which lines go into a file, and how. */
export interface ExportRequest {
  /** `visible`: those that pass the filter; `screen`: those on screen. */
  readonly what: 'visible' | 'all' | 'marked' | 'screen';
  readonly format: 'text' | 'json';
  readonly gzip: boolean;
}

export const SAVE_SHOWN: ExportRequest = { what: 'visible', format: 'text', gzip: false };
export const SAVE_ALL: ExportRequest = { what: 'all', format: 'text', gzip: false };

export const EXPORT_HELP = 'Write visible, all, marked or screen, then text or json, then gz if wanted';

const WHAT: Readonly<Record<string, ExportRequest['what']>> = {
  visible: 'visible',
  shown: 'visible',
  all: 'all',
  marked: 'marked',
  marks: 'marked',
  screen: 'screen',
};
const FORMAT: Readonly<Record<string, ExportRequest['format']>> = {
  text: 'text',
  plain: 'text',
  json: 'json',
  jsonl: 'json',
};
const GZIP: ReadonlySet<string> = new Set(['gz', 'gzip']);

/** `all json gz`, words in any order, each kind at most once; what is left out is `visible`, `text`, not compressed. */
export function parseExport(text: string): { readonly request: ExportRequest } | { readonly problem: string } {
  let what: ExportRequest['what'] | undefined;
  let format: ExportRequest['format'] | undefined;
  let gzip = false;
  for (const word of text.trim().toLowerCase().split(/\s+/)) {
    if (word === '') continue;
    const asWhat = Object.hasOwn(WHAT, word) ? WHAT[word] : undefined;
    const asFormat = Object.hasOwn(FORMAT, word) ? FORMAT[word] : undefined;
    if (asWhat !== undefined && what === undefined) what = asWhat;
    else if (asFormat !== undefined && format === undefined) format = asFormat;
    else if (GZIP.has(word) && !gzip) gzip = true;
    else return { problem: EXPORT_HELP };
  }
  return { request: { what: what ?? 'visible', format: format ?? 'text', gzip } };
}
