import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  appendMapping,
  consoleMapping,
  mappingLines,
  nodeMapping,
  removeMapping,
  upsertMapping,
} from '../../../src/domain/aws-auth-append.ts';
import { previewAwsAuth, writeTrouble } from '../../../src/domain/aws-auth-guard.ts';
import { readAwsAuth } from '../../../src/domain/aws-auth-map.ts';
import { damaged, document, mishap } from './aws-auth-documents.ts';

const ARN = 'arn:aws:iam::123456789012:role/convox-ORG-ConsoleRole-0000000000';
const WITH_PATH = ARN.replace('role/', 'role/convox/');
const NODES = `# written by EKS
- groups:
  - system:bootstrappers
  - system:nodes
  rolearn: "arn:aws:iam::123456789012:role/demo-nodes" # nodes
  username: system:node:{{EC2PrivateDNSName}}
`;
const ENTRY = `- rolearn: ${ARN}
  username: convox-console
  groups:
  - system:masters
`;

function appended(mapRoles: string | undefined, wanted = consoleMapping(WITH_PATH)) {
  const edit = appendMapping(mapRoles === undefined ? {} : { mapRoles }, wanted);
  return edit.kind === 'changed' ? edit.data.mapRoles : edit;
}

describe('appendMapping', () => {
  it.each([
    ['after what is there', NODES, NODES + ENTRY],
    ['missing key', undefined, ENTRY],
    ['empty text', '', ENTRY],
    ['empty list', '[]\n', ENTRY],
    ['null', 'null', ENTRY],
    ['comment only', '# nobody\n', `# nobody\n${ENTRY}`],
    ['no last line end', NODES.trimEnd(), NODES + ENTRY],
    ['Windows line ends', NODES.replaceAll('\n', '\r\n'), (NODES + ENTRY).replaceAll('\n', '\r\n')],
    [
      'indented list, indented groups',
      '  - rolearn: arn:aws:iam::123456789012:role/a\n    groups:\n      - x\n',
      `  - rolearn: arn:aws:iam::123456789012:role/a\n    groups:\n      - x\n  - rolearn: ${ARN}\n    username: convox-console\n    groups:\n      - system:masters\n`,
    ],
    [
      'flow',
      '[{"rolearn":"arn:aws:iam::123456789012:role/a","groups":["x"]}]',
      `[{"rolearn":"arn:aws:iam::123456789012:role/a","groups":["x"]}, {"rolearn": "${ARN}", "username": "convox-console", "groups": ["system:masters"]}]`,
    ],
  ])('%s', (_name, before, after) => {
    expect(appended(before)).toBe(after);
  });

  it('falls back to writing anew where the text has a document end, keeping what it means', () => {
    const edit = appendMapping({ mapRoles: `${NODES}...\n` }, consoleMapping(ARN));
    expect(edit).toMatchObject({ kind: 'changed', kept: 'meaning' });
    expect(edit.kind === 'changed' && edit.data.mapRoles).toMatch(/^# written by EKS[^!]*ConsoleRole[^!]*\n\.\.\.\n$/);
    expect(writeTrouble({ mapRoles: `${NODES}...\n` }, edit.kind === 'changed' ? edit.data : {})).toEqual([]);
  });

  it('leaves other sections and unknown keys alone', () => {
    const data = {
      mapRoles: NODES,
      mapUsers: '- userarn: arn:aws:iam::123456789012:user/a\n  groups: [x]\n',
      note: '\ttext',
    };
    const edit = appendMapping(data, { ...consoleMapping('arn:aws:iam::123456789012:user/team/b'), username: 'b' });
    expect(edit).toMatchObject({ kind: 'changed', section: 'mapUsers' });
    if (edit.kind === 'changed') {
      expect({ ...edit.data, mapUsers: '' }).toEqual({ ...data, mapUsers: '' });
      expect(edit.data.mapUsers).toContain('user/team/b');
    }
  });

  it.each([
    ['unreadable text', '- {', consoleMapping(ARN), /damaged/],
    ['tabs', NODES.replace('  username', '\tusername'), consoleMapping(ARN), /tab/],
    ['lost groups line', NODES + ENTRY.replace('  groups:\n', ''), consoleMapping(`${ARN}1`), /groups/],
    ['a map instead of a list', 'a: b\n', consoleMapping(ARN), /not a list/],
    ['no ARN', NODES, consoleMapping('hello'), /no ARN/],
    ['no groups', NODES, { arn: ARN, username: 'x', groups: [] }, /No group/],
    ['a name over two lines', NODES, { arn: ARN, username: 'x\n- rolearn: y', groups: ['g'] }, /printed/],
    [
      'the same role with other rights',
      NODES + ENTRY.replace('masters', 'viewers'),
      consoleMapping(ARN),
      /mapped already/,
    ],
    [
      'the same role with its path',
      NODES + ENTRY.replace('role/', 'role/convox/'),
      consoleMapping(ARN),
      /mapped already/,
    ],
  ])('refuses: %s', (_name, mapRoles, wanted, why) => {
    const edit = appendMapping({ mapRoles }, wanted);
    expect(edit.kind === 'refused' && edit.why).toMatch(why);
  });

  it('refuses a role of another account where the account is known', () => {
    expect(appendMapping({ mapRoles: NODES }, consoleMapping(ARN), { account: '999999999999' }).kind).toBe('refused');
  });

  it('shows the lines of an entry', () => {
    expect(`${mappingLines(consoleMapping(WITH_PATH)).join('\n')}\n`).toBe(ENTRY);
    expect(parse(mappingLines(nodeMapping(WITH_PATH)).join('\n'))).toHaveLength(1);
  });
});

describe('upsertMapping', () => {
  it('corrects ARN and groups of the existing entry, keeps its other groups and keys and the texts around it', () => {
    const old = ENTRY.replace('role/', 'role/convox/')
      .replace('system:masters', 'viewers')
      .replace('convox-console', 'mine');
    const edit = upsertMapping({ mapRoles: `${NODES}${old}# tail\n` }, consoleMapping(ARN));
    const fixed = ENTRY.replace('  - system', '  - viewers\n  - system').replace('convox-console', 'mine');
    expect(edit).toMatchObject({
      kind: 'changed',
      change: 'corrected',
      kept: 'text',
      data: { mapRoles: `${NODES}${fixed}# tail\n` },
    });
  });

  it('appends where there is none, refuses where there are two', () => {
    expect(upsertMapping({ mapRoles: NODES }, consoleMapping(ARN))).toMatchObject({ change: 'appended' });
    const twice = `${ENTRY}${ENTRY}`.replace('masters', 'x');
    expect(upsertMapping({ mapRoles: twice }, consoleMapping(ARN)).kind).toBe('refused');
  });
});

describe('removeMapping', () => {
  it('never takes the nodes away', () => {
    expect(removeMapping({ mapRoles: NODES }, 'arn:aws:iam::123456789012:role/demo-nodes').kind).toBe('refused');
    expect(removeMapping({ mapRoles: NODES }, ARN).kind).toBe('unchanged');
  });

  it.each([0, 1, 2])('takes one of three out of a flow list (%s)', (at) => {
    const roles = ['a', 'b', 'c'].map((name) => ({ rolearn: `arn:aws:iam::123456789012:role/${name}`, groups: ['x'] }));
    const edit = removeMapping({ mapRoles: JSON.stringify(roles) }, roles[at]?.rolearn ?? '');
    expect(edit).toMatchObject({ kind: 'changed', kept: 'text' });
    expect(edit.kind === 'changed' && JSON.parse(edit.data.mapRoles ?? '')).toEqual(
      roles.filter((_, index) => index !== at),
    );
  });
});

describe('previewAwsAuth', () => {
  it('shows added and removed lines in their place, with the lines around', () => {
    const after = { mapRoles: NODES.replace('  - system:nodes\n', '  - other\n') + ENTRY };
    expect(previewAwsAuth({ mapRoles: NODES }, after).map(({ op, line, text }) => `${op[0]}${line} ${text}`)).toEqual([
      's2 - groups:',
      's3   - system:bootstrappers',
      'r4   - system:nodes',
      'a4   - other',
      's5   rolearn: "arn:aws:iam::123456789012:role/demo-nodes" # nodes',
      's6   username: system:node:{{EC2PrivateDNSName}}',
      ...ENTRY.trimEnd()
        .split('\n')
        .map((text, at) => `a${at + 7} ${text}`),
    ]);
    expect(previewAwsAuth(after, after)).toEqual([]);
  });
});

describe('writeTrouble', () => {
  const before = { mapRoles: NODES + ENTRY, other: 'x' };
  it.each([
    ['replaced instead of appended', { ...before, mapRoles: ENTRY }, 2],
    ['another admin lost', { ...before, mapRoles: NODES }, 1],
    ['order changed', { ...before, mapRoles: ENTRY + NODES }, 1],
    [
      'groups line lost',
      { ...before, mapRoles: before.mapRoles.replace('  groups:\n  - system:m', '  - system:m') },
      2,
    ],
    ['all gone', {}, 4],
    ['unknown key changed', { ...before, other: 'y' }, 1],
  ])('%s', (_name, after, count) => {
    expect(writeTrouble(before, after)).toHaveLength(count);
  });

  it('lets through what is meant', () => {
    expect(writeTrouble(before, { ...before, mapRoles: NODES }, { mapRoles: [1] })).toEqual([]);
    expect(writeTrouble({ mapRoles: '- {' }, { mapRoles: ENTRY })).toHaveLength(1);
  });
});

describe('any document', () => {
  it('append then parse = old entries + the new one, in the same text; idempotent; remove gives it back', () => {
    fc.assert(
      fc.property(document, ({ list, text, look }) => {
        fc.pre(readAwsAuth({ mapRoles: text }).writable);
        const first = appendMapping({ mapRoles: text }, consoleMapping(WITH_PATH));
        if (first.kind !== 'changed') throw new Error(`${first.kind}: ${first.why}`);
        const after = first.data.mapRoles ?? '';
        expect(parse(after)).toEqual([
          ...list.map(({ arn, username, groups }) => ({ rolearn: arn, username, groups })),
          { rolearn: ARN, username: 'convox-console', groups: ['system:masters'] },
        ]);
        expect(first.kept).toBe('text');
        if (look.flow !== 'all') expect(after.startsWith(text)).toBe(true);
        expect(writeTrouble({ mapRoles: text }, first.data)).toEqual([]);
        expect(appendMapping(first.data, consoleMapping(ARN)).kind).toBe('unchanged');
        const back = removeMapping(first.data, WITH_PATH);
        if (back.kind !== 'changed') throw new Error(back.why);
        const ended =
          text === '' || text.endsWith('\n') || look.flow === 'all'
            ? text
            : text + (text.includes('\r\n') ? '\r\n' : '\n');
        expect(back.data.mapRoles).toBe(ended);
      }),
      { numRuns: 1_000 },
    );
  }, 120_000);

  it('whatever happened to it: an entry is never lost, a lock-out never written, nothing ever thrown', () => {
    fc.assert(
      fc.property(document, fc.array(mishap, { minLength: 1, maxLength: 3 }), ({ text }, mishaps) => {
        const before = { mapRoles: mishaps.reduce(damaged, text) };
        for (const edit of [appendMapping(before, consoleMapping(ARN)), upsertMapping(before, consoleMapping(ARN))]) {
          if (edit.kind !== 'changed') continue;
          expect(writeTrouble(before, edit.data)).toEqual([]);
          // A second opinion of a parser that knows nothing of ours.
          const old: unknown = parse(before.mapRoles, { logLevel: 'silent' }) ?? [];
          const fresh: unknown = parse(edit.data.mapRoles ?? '', { logLevel: 'silent' });
          expect(Array.isArray(fresh) && fresh.slice(0, -1)).toEqual(old);
        }
      }),
      { numRuns: 1_000 },
    );
  }, 120_000);
});
