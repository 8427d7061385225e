import fc from 'fast-check';

/** A mapping as a test writes it down, in whatever style. */
export interface WrittenEntry {
  readonly arn: string;
  readonly username: string;
  readonly groups: readonly string[];
}

const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_+=.@-]{0,20}$/);
const account = fc.constantFrom('123456789012', '999999999999', '000000000001');

export const roleArn = fc.tuple(account, name).map(([id, role]) => `arn:aws:iam::${id}:role/${role}`);

const username = fc.oneof(
  name.map((text) => `u-${text}`),
  fc.constantFrom(
    'system:node:{{EC2PrivateDNSName}}',
    '{{SessionName}}',
    'admin:{{SessionName}}',
    "o'neill",
    'a "b" c',
    'no',
    '12',
  ),
);
const group = fc.oneof(
  fc.constantFrom('system:masters', 'system:nodes', 'system:bootstrappers', 'viewers', 'yes', 'x # y'),
  name,
);

export const entries = fc
  .array(fc.record({ arn: roleArn, username, groups: fc.uniqueArray(group, { minLength: 1, maxLength: 3 }) }), {
    maxLength: 5,
  })
  .map((list) =>
    list.filter(({ arn }, at) => list.findIndex((other) => other.arn.toLowerCase() === arn.toLowerCase()) === at),
  );

const style = fc.record({
  indent: fc.constantFrom(0, 1, 2, 4),
  nested: fc.constantFrom(0, 2, 3),
  quote: fc.constantFrom('"' as const, "'" as const),
  order: fc.constantFrom(['arn', 'username', 'groups'], ['groups', 'arn', 'username'], ['username', 'arn', 'groups']),
  comments: fc.boolean(),
  blank: fc.boolean(),
  flow: fc.constantFrom('none', 'none', 'none', 'groups', 'all'),
  lineEnd: fc.constantFrom('\n', '\n', '\r\n'),
  lastLineEnd: fc.boolean(),
});

type Style = typeof style extends fc.Arbitrary<infer T> ? T : never;

/** A valid `mapRoles` in any style that people and tools write, and what it means. */
export const document = fc.tuple(entries, style).map(([list, look]) => ({ list, look, text: written(list, look) }));

function written(list: readonly WrittenEntry[], look: Style): string {
  if (list.length === 0) return look.comments ? '# nothing yet\n' : '';
  if (look.flow === 'all') {
    const items = list.map(({ arn, username: user, groups }) =>
      JSON.stringify({ rolearn: arn, username: user, groups }),
    );
    return `[${items.join(look.blank ? ',\n ' : ', ')}]${look.comments ? ' # tail' : ''}${look.lastLineEnd ? look.lineEnd : ''}`;
  }
  const lines = list.flatMap((entry, at) => [
    ...(look.comments ? [`${' '.repeat(look.indent)}# entry ${at}`] : []),
    ...entryLines(entry, look),
    ...(look.blank ? [''] : []),
  ]);
  if (look.comments) lines.push('# tail');
  return lines.join(look.lineEnd) + (look.lastLineEnd ? look.lineEnd : '');
}

function entryLines(entry: WrittenEntry, look: Style): readonly string[] {
  const quoted = (text: string) => (look.quote === '"' ? JSON.stringify(text) : `'${text.replaceAll("'", "''")}'`);
  const parts: Record<string, readonly string[]> = {
    arn: [`rolearn: ${look.blank ? entry.arn : quoted(entry.arn)}${look.comments ? '  # who' : ''}`],
    username: [`username: ${quoted(entry.username)}`],
    groups:
      look.flow === 'groups'
        ? [`groups: [${entry.groups.map(quoted).join(', ')}]`]
        : ['groups:', ...entry.groups.map((item) => `${' '.repeat(look.nested)}- ${quoted(item)}`)],
  };
  const lines = look.order.flatMap((key) => parts[key] ?? []);
  const lead = ' '.repeat(look.indent);
  return lines.map((line, at) => `${lead}${at === 0 ? '- ' : '  '}${line}`);
}

const CONTROLS = ['\r', '\u0085', '\u2028', '\u0000', '\ufeff', '\u001b', '\u00a0', '\t'];
const ODD = [
  '&a',
  '*a',
  '!!str',
  '!x',
  '? ',
  '|',
  '>',
  '- ',
  '%',
  '@',
  '`',
  '"',
  "'",
  '#',
  '{}',
  '[]',
  '~',
  'y',
  '0x1',
  '1:30',
  '<<: ',
  ': ',
];

/** One thing that people do to such a text by accident. */
export const mishap = fc.tuple(
  fc.nat(60),
  fc.constantFrom('drop line', 'tab', 'indent', 'outdent', 'double', 'cut', 'brace', 'separator', 'control', 'odd'),
);

export function damaged(text: string, [at, kind]: readonly [number, string]): string {
  const lines = text.split('\n');
  const index = at % lines.length;
  const line = lines[index] ?? '';
  if (kind === 'cut') return text.slice(0, at * 5);
  const replaced: Record<string, readonly string[]> = {
    'drop line': [],
    tab: [line.replace(/^ */, '\t')],
    indent: [`  ${line}`],
    outdent: [line.replace(/^ {1,2}/, '')],
    double: [line, line],
    brace: [`${line}{`],
    control: [line.slice(0, at % 7) + (CONTROLS[at % CONTROLS.length] ?? '') + line.slice(at % 7)],
    odd: [line.replace(/: |- /, (found) => `${found}${ODD[at % ODD.length] ?? ''} `)],
    separator: ['---', line],
  };
  return [...lines.slice(0, index), ...(replaced[kind] ?? [line]), ...lines.slice(index + 1)].join('\n');
}
