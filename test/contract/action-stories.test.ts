import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ACTIONS, findAction } from '../../src/actions/index.ts';
import { RACK_SIDE_STORIES } from '../support/stories/rack-side.ts';
import { OUTCOMES, type Place } from '../support/stories/story.ts';
import { WORKLOAD_STORIES } from '../support/stories/workloads.ts';

const SCENARIOS = fileURLToPath(new URL('../scenarios/', import.meta.url));
const TABLES = [WORKLOAD_STORIES, RACK_SIDE_STORIES];
const STORIES = Object.assign({}, ...TABLES) as (typeof TABLES)[number];

const TEST = '^ *it(?:\\.each\\([^\\n]*\\))?';
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** What is wrong with the place where a story should be told; undefined: it is told there. */
function wrongWith(place: Place, id: string): string | undefined {
  const [file = '', title = ''] = place.split(' > ');
  const path = `${SCENARIOS}${file}.test.ts`;
  if (!existsSync(path)) return `no file ${path}`;
  const text = readFileSync(path, 'utf8');
  // A test that runs, by its title: `it('...`, `it.each(...)("...`.
  const runs = new RegExp(`${TEST}\\(\\n? *['"\`]${escaped(title)}['"\`],`, 'm').exec(text);
  if (!runs) return `${file} has no test "${title}"`;
  if (!/support\/(?:terminal|operations)\.ts'/.test(text)) return `${file} opens no terminal`;
  const names = [`'${id}'`, findAction(id)?.title ?? id];
  const [test = ''] = text.slice(runs.index + runs[0].length).split(new RegExp(TEST, 'm'));
  const told = withWhatItUses(test, text);
  return names.some((name) => told.includes(name)) ? undefined : `"${title}" names neither ${names.join(' nor ')}`;
}

/** A test with the tables and functions of its file that it uses. */
function withWhatItUses(test: string, file: string): string {
  const declared = new Map(
    file.split(/^(?=\S)/m).flatMap((part) => {
      const name = /^(?:export )?(?:async )?(?:const|function) (\w+)/.exec(part)?.[1];
      return name === undefined ? [] : [[name, part] as const];
    }),
  );
  let told = test;
  for (let grew = true; grew; ) {
    const used = [...declared].filter(([name]) => new RegExp(`\\b${name}\\b`).test(told));
    for (const [name, part] of used) {
      told += part;
      declared.delete(name);
    }
    grew = used.length > 0;
  }
  return told;
}

describe('stories of actions', () => {
  it.each(ACTIONS.map(({ id }) => id))('%s is told on the real program: success, refusal and failure', (id) => {
    const wrong = OUTCOMES.flatMap((outcome) => {
      const place = STORIES[id]?.[outcome];
      const what = place === undefined ? 'nowhere' : wrongWith(place, id);
      return what === undefined ? [] : [`${outcome}: ${what}`];
    });
    expect(wrong).toEqual([]);
  });

  it('tell of actions that there are, each in one table', () => {
    const told = TABLES.flatMap((table) => Object.keys(table));
    expect(told.filter((id) => findAction(id) === undefined)).toEqual([]);
    expect(new Set(told).size).toBe(told.length);
  });
});
