import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { RESOURCES } from '../../src/resources/index.ts';
import { keyReference } from '../support/key-reference.ts';

const README = fileURLToPath(new URL('../../README.md', import.meta.url));
const BEGIN = /<!-- keys:begin[^>]*-->\n/;
const END = '<!-- keys:end -->';

/** The README tells the truth about what is generated from tables. `npm run keys` brings the key reference up to date. */
describe('README', () => {
  const text = readFileSync(README, 'utf8');

  it('has the key reference of the key table', () => {
    const begin = BEGIN.exec(text);
    expect(begin).not.toBeNull();
    const from = (begin?.index ?? 0) + (begin?.[0].length ?? 0);
    const to = text.indexOf(END);
    const wanted = `\n${keyReference()}\n\n`;
    if (process.env.UPDATE_README) writeFileSync(README, text.slice(0, from) + wanted + text.slice(to));
    else expect(text.slice(from, to)).toBe(wanted);
  });

  it('names every view', () => {
    for (const resource of RESOURCES) expect(text).toContain(`\`${resource.id}\``);
  });
});
