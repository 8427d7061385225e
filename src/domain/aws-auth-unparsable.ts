import type { AwsAuthDamage } from './aws-auth-damage.ts';

/**
 * The two ways in which published copies of the mapping are broken (convox-api.md 8.5, 9.2), found in text that is no YAML:
 * the `groups:` line lost, or the keys after the groups indented as part of the last group.
 */
export function brokenEntry(
  text: string,
): Pick<AwsAuthDamage, 'kind' | 'line' | 'what' | 'why' | 'repair'> | undefined {
  const lines = contentLines(text);
  for (const [at, line] of lines.entries()) {
    const next = lines[at + 1];
    if (!next) continue;
    if (isName(line.text) && isPlainItem(next.text)) {
      return {
        kind: 'lost-groups-line',
        line: next.number,
        what: `Line ${next.number} has lost its "groups:" line: a group stands directly under a name or ARN.`,
        why: 'That is no valid YAML: the authenticator rejects the whole list.',
        repair: 'Put a line "groups:" before it, indented like the line above.',
      };
    }
    if (isPlainItem(line.text) && isName(next.text) && next.indent > line.indent) {
      return {
        kind: 'wrong-indent',
        line: next.number,
        what: `Line ${next.number} is indented as part of the group above it.`,
        why: 'That is no valid YAML: the authenticator rejects the whole list.',
        repair: 'Indent it like "groups:".',
      };
    }
  }
  return undefined;
}

export interface ContentLine {
  /** From 1. */
  readonly number: number;
  readonly indent: number;
  /** Without indentation and line end. */
  readonly text: string;
}

/** Lines that are neither blank nor comments. */
export function contentLines(text: string): readonly ContentLine[] {
  return text
    .split('\n')
    .map((line, at) => ({ number: at + 1, indent: line.length - line.trimStart().length, text: line.trim() }))
    .filter((line) => line.text !== '' && !line.text.startsWith('#'));
}

/** `username: x`, `- rolearn: x`. */
export function isName(text: string): boolean {
  return /^(?:-\s+)?["']?(?:username|rolearn|userarn)["']?\s*:\s+\S/.test(text);
}

/** `- system:masters`: an item that is no map. */
export function isPlainItem(text: string): boolean {
  return /^-\s+[^\s#&*!|>{["'][^\s]*(?:\s+#.*)?$/.test(text) && !/:$/.test(text) && !/^-\s+\w+:\s/.test(text);
}
