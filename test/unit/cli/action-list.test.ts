import { describe, expect, test } from 'vitest';
import { ACTIONS, findAction } from '../../../src/actions/index.ts';
import { actionList, actionUsage } from '../../../src/cli/action-list.ts';

const usage = (id: string) => {
  const action = findAction(id);
  return action ? actionUsage(action) : '';
};

describe('rackdeck do list', () => {
  test('has every action', () => {
    const lines = actionList(ACTIONS).trimEnd().split('\n');
    expect(lines.map((line) => line.split(' ')[0])).toEqual(ACTIONS.map(({ id }) => id));
  });

  test('of one says what it is about, and what each of its values means', () => {
    expect(usage('process.run')).toContain(
      'rackdeck do process.run <service> --app <app> --set command=<text> --dry-run',
    );
    expect(usage('process.run')).toMatch(/--set detached=<yes> +Detached \(may be left out\)/);
    expect(usage('process.stop')).toContain('rackdeck do process.stop <process> ... --app <app> --dry-run');
    expect(usage('rack.token')).toContain('One of read, write, admin.');
  });

  test('what may be secret comes from a file, what cannot be taken back is for the dashboard', () => {
    expect(usage('env.set')).toContain('rackdeck do env.set --app <app> --set-file pairs=<file> --dry-run');
    expect(usage('registry.add')).toContain('--set-file password=<file>');
    expect(usage('app.delete')).toContain('only done in the dashboard');
  });

  test.each(ACTIONS.map((action) => [action.id, action] as const))(
    '%s asks for no secret on a command line',
    (_id, action) => {
      for (const field of action.fields ?? []) {
        if (field.kind === 'secret' || field.sensitive === true)
          expect(actionUsage(action)).not.toContain(`--set ${field.id}=`);
      }
    },
  );
});
