import { unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { Operations } from '../support/operations.ts';
import { answer } from '../support/question.ts';

const CONFIG = '.config/rackdeck/config.json';

let operations: Operations;
afterEach(() => operations.close());

/** Somebody corrects the settings while the dashboard of a colleague has been open since the morning. */
it('holds what the config file says now, not what it said at the start', async () => {
  operations = await Operations.open({ config: {} });
  const { home } = operations;
  const { terminal } = operations.start('staging/shop/services');
  await terminal.waitFor(/> web /);
  const restart = async (): Promise<void> => {
    terminal.press('a');
    await terminal.waitFor('─ Actions on');
    terminal.press('r');
  };
  await restart();
  await terminal.waitFor(/y do it/);

  // It is asked again right before anything is sent.
  home.write(CONFIG, JSON.stringify({ racks: { staging: { protected: true } } }));
  await answer(terminal, 'y', /The settings ask for another confirmation by now. Look again\./);
  terminal.press('escape');
  await terminal.waitFor(/PROTECTED/);

  home.write(CONFIG, '{ "racks": ');
  await restart();
  await terminal.waitFor(/read-only until the settings are corrected/);
  terminal.press('escape');
  await terminal.waitFor(/> web /);

  unlinkSync(join(home.path, CONFIG));
  await terminal.waitFor(/READ-ONLY/);
  home.write(CONFIG, '{}');
  await restart();
  await terminal.waitFor(/y do it/);
  expect(operations.mutations()).toEqual([]);
}, 40_000);
