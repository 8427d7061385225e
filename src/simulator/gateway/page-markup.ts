/** Text made safe for HTML. */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:3rem auto;padding:0 1rem;color:#222}' +
  'a.person,button{display:block;width:100%;box-sizing:border-box;margin:.4rem 0;padding:.6rem .8rem;border:1px solid #999;' +
  'border-radius:6px;background:#fafafa;color:inherit;text-decoration:none;text-align:left;font:inherit;cursor:pointer}' +
  'input{font:inherit;padding:.4rem;width:12rem}small{color:#555}.error{color:#b00020}';

/** A small stand-alone page; `body` is markup. */
export function page(title: string, body: string): string {
  return (
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title>` +
    `<style>${STYLE}</style></head><body><h1>${escapeHtml(title)}</h1>${body}</body></html>`
  );
}
