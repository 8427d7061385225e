import { ACTION_BINDINGS } from '../../src/ui/actions/action-bindings.ts';
import { GUIDE_BINDINGS } from '../../src/ui/guides/guide-bindings.ts';
import type { KeyBinding, KeyContext } from '../../src/ui/keys/key-binding.ts';
import { keyLabel } from '../../src/ui/keys/key-label.ts';
import { SHELL_BINDINGS } from '../../src/ui/keys/key-table.ts';
import { LOG_BINDINGS } from '../../src/ui/log/log-bindings.ts';
import { METRICS_BINDINGS } from '../../src/ui/metrics/metrics-bindings.ts';
import { unavailableReason } from '../../src/ui/shell/unavailable.ts';
import { TEXT_BINDINGS } from '../../src/ui/text/text-bindings.ts';
import { TIMELINE_BINDINGS } from '../../src/ui/timeline/timeline-bindings.ts';

const SECTIONS: readonly (readonly [title: string, context: KeyContext])[] = [
  ['Everywhere', 'global'],
  ['Tables', 'table'],
  ['Logs', 'log'],
  ['Metrics', 'metrics'],
  ['Timeline', 'timeline'],
  ['Text (describe, raw JSON)', 'text'],
  ['Actions (preview, progress)', 'action'],
  ['Guides (list, checklist)', 'guide'],
  ['Menu of actions', 'menu'],
  ['Forms and logins', 'dialog'],
];

/** The README's key reference, from the same table that makes hints and help. */
export function keyReference(): string {
  const all = [
    ...SHELL_BINDINGS,
    ...LOG_BINDINGS,
    ...TEXT_BINDINGS,
    ...METRICS_BINDINGS,
    ...TIMELINE_BINDINGS,
    ...ACTION_BINDINGS,
    ...GUIDE_BINDINGS,
  ];
  return SECTIONS.map(([title, context]) =>
    section(
      title,
      all.filter((binding) => binding.context === context),
    ),
  ).join('\n\n');
}

function section(title: string, bindings: readonly KeyBinding[]): string {
  const rows = bindings.map(
    (binding) =>
      `| ${keysText(binding.keys)} | ${binding.label}${unavailableReason(binding.id) ? ' (not yet)' : ''} | \`${binding.id}\` |`,
  );
  return [`**${title}**`, '', '| Key | Does | Name in the settings |', '|---|---|---|', ...rows].join('\n');
}

function keysText(keys: readonly string[]): string {
  const [first, second] = keys;
  const digits = keys.length > 3 && keys.every((key) => /^\d$/.test(key));
  const shown = digits
    ? [`${first}-${keys.at(-1)}`]
    : [first, second, ...keys.slice(2)].filter((key) => key !== undefined);
  return shown.map((key) => (key === '`' ? '`` ` ``' : `\`${keyLabel(key).replace('|', '\\|')}\``)).join(' ');
}
