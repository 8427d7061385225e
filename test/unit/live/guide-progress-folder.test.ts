import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GuideProgress } from '../../../src/domain/guide-progress.ts';
import { GuideFiles } from '../../../src/live/guide-files.ts';
import { GuideProgressFolder } from '../../../src/live/guide-progress-folder.ts';
import type { Environment } from '../../../src/platform/environment.ts';

let home: string;
let environment: Environment;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'rackdeck-guides-'));
  environment = {
    env: { RACKDECK_STATE_DIR: join(home, 'state') },
    home,
    cwd: home,
    platform: 'linux',
    hostname: 'laptop',
    now: () => 1_700_000_000_000,
    random: () => 0.5,
  };
});

afterEach(() => rmSync(home, { recursive: true, force: true }));

const guides = () => join(home, 'state', 'guides');
const files = () => readdirSync(guides()).filter((name) => name.endsWith('.json'));

function progress(target = 'direct:staging', more: Partial<GuideProgress> = {}): GuideProgress {
  return {
    guide: 'console-role',
    target,
    startedAt: 1,
    updatedAt: 2,
    input: { region: 'us-east-1' },
    steps: {
      cluster: { state: 'ok', words: 'It is active.', evidence: [{ label: 'status', text: 'ACTIVE' }], checkedAt: 2 },
      mapping: {
        state: 'todo',
        words: '',
        evidence: [],
        checkedAt: 2,
        done: { what: 'apply', at: 2, outcome: 'verified', words: 'Done.', kept: { before: '{}' } },
      },
    },
    underWay: { step: 'mapping', what: 'undo', at: 3, kept: {} },
    ...more,
  };
}

describe('notes of a guide', () => {
  it('come back as they were, private to their owner', async () => {
    const store = new GuideProgressFolder(environment);
    await store.save(progress());
    expect(await store.load('console-role', 'direct:staging')).toEqual({ progress: progress(), damage: undefined });
    const [file = ''] = files();
    expect(statSync(join(guides(), file)).mode & 0o777).toBe(0o600);
    expect(statSync(guides()).mode & 0o777).toBe(0o700);
    expect(readdirSync(guides()).filter((name) => name.endsWith('.lock'))).toEqual([]);
  });

  it('of several targets lie side by side, also where their names look alike', async () => {
    const store = new GuideProgressFolder(environment);
    const targets = ['direct:a/b', 'direct:a_b', 'console:a/b', `direct:${'x'.repeat(200)}`];
    for (const target of targets) await store.save(progress(target));
    expect(files()).toHaveLength(targets.length);
    for (const target of targets) expect((await store.load('console-role', target)).progress?.target).toBe(target);
  });

  it.each(['', '{"schema":"rackdeck/guide-progress@1"', '[]', '{"schema":"rackdeck/guide-progress@9"}'])(
    'that are damaged (%j) are told, kept, and never overwritten',
    async (text) => {
      const store = new GuideProgressFolder(environment);
      await store.save(progress());
      const [file = ''] = files();
      writeFileSync(join(guides(), file), text);
      const loaded = await store.load('console-role', 'direct:staging');
      expect(loaded.progress).toBeUndefined();
      expect(loaded.damage).toMatch(/cannot be understood.*kept/);
      await store.save(progress());
      const aside = readdirSync(guides()).filter((name) => name.includes('.damaged-'));
      expect(aside.map((name) => readFileSync(join(guides(), name), 'utf8'))).toEqual([text]);
      expect((await store.load('console-role', 'direct:staging')).progress).toBeDefined();
    },
  );

  it('hold nothing that could move a cursor', async () => {
    const store = new GuideProgressFolder(environment);
    await store.save(progress('direct:staging', { input: { region: '\u001b[2Jx' } }));
    expect((await store.load('console-role', 'direct:staging')).progress?.input.region).toBe('x');
  });
});

describe('kept files', () => {
  it('are private copies with checksums; a folder without .terraform', async () => {
    const source = join(home, 'racks', 'staging');
    mkdirSync(join(source, '.terraform', 'modules'), { recursive: true });
    mkdirSync(join(source, 'more'));
    writeFileSync(join(source, 'terraform.tfstate'), '{}');
    writeFileSync(join(source, 'more', 'x.tf'), 'x');
    const kept = new GuideFiles(environment);
    const copy = await kept.copyOf(source, 'staging');
    expect(readdirSync(copy.path).sort()).toEqual(['more', 'terraform.tfstate']);
    expect(statSync(copy.path).mode & 0o777).toBe(0o700);
    expect(statSync(join(copy.path, 'terraform.tfstate')).mode & 0o777).toBe(0o600);
    expect(readFileSync(`${copy.path}.sha256`, 'utf8')).toBe(
      '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881  more/x.tf\n' +
        '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a  terraform.tfstate\n',
    );
    expect(await kept.read(join(copy.path, 'terraform.tfstate'))).toBe('{}');
    expect(await kept.digest(join(copy.path, 'more', 'x.tf'))).toMatch(/^2d711642b726/);
    expect(await kept.digest(join(copy.path, 'none'))).toBeUndefined();
    expect(await kept.digest(join(source, 'terraform.tfstate'))).toBeUndefined();
    const again = await kept.copyOf(source, 'staging');
    expect(again.path).not.toBe(copy.path);
    await kept.remove(copy.path);
    expect(await kept.read(join(copy.path, 'terraform.tfstate'))).toBeUndefined();
    expect(await kept.read(join(again.path, 'terraform.tfstate'))).toBe('{}');
  });

  it('a link in the folder is refused: the copy would not be whole', async () => {
    const source = join(home, 'racks', 'staging');
    mkdirSync(source, { recursive: true });
    symlinkSync('/etc/hostname', join(source, 'terraform.tfstate'));
    const kept = new GuideFiles(environment);
    const { path } = await kept.text('beside', '');
    await expect(kept.copyOf(source, 'staging')).rejects.toMatchObject({ kind: 'unsupported' });
    // Nothing of it is left.
    expect(readdirSync(dirname(path))).toEqual([basename(path)]);
  });

  it('the place of a copy is told before anything is in it', async () => {
    const source = join(home, 'racks', 'staging');
    mkdirSync(source, { recursive: true });
    writeFileSync(join(source, 'terraform.tfstate'), '{}');
    const told: string[] = [];
    const copy = await new GuideFiles(environment).copyOf(source, 'staging', async (path) => {
      expect(existsSync(path)).toBe(false);
      told.push(path);
    });
    expect(told).toEqual([copy.path]);
  });

  it('nothing else is read or removed, whatever the notes say', async () => {
    const other = join(home, 'precious');
    writeFileSync(other, 'x');
    const kept = new GuideFiles(environment);
    const sneaky = `${join(guides(), 'kept')}/../../../precious`;
    for (const path of [other, sneaky]) {
      expect(await kept.read(path)).toBeUndefined();
      await expect(kept.remove(path)).rejects.toMatchObject({ kind: 'usage' });
    }
    expect(readFileSync(other, 'utf8')).toBe('x');
  });
});

it('lists what was done in one guide on every target, without what cannot be understood', async () => {
  const store = new GuideProgressFolder(environment);
  expect(await store.all('console-role')).toEqual([]);
  await store.save(progress('direct:staging'));
  await store.save(progress('console:acme/eu'));
  await store.save(progress('direct:staging', { guide: 'console-role-x' }));
  writeFileSync(join(guides(), 'console-role-damaged.json'), '{');
  const targets = (await store.all('console-role')).map(({ target }) => target);
  expect(targets.toSorted()).toEqual(['console:acme/eu', 'direct:staging']);
});
