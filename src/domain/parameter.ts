import { maskUrl } from './mask-url.ts';
import { safeText } from './safe-text.ts';
import { HIDDEN, isSecretParameter } from './secret-parameter.ts';

/** A parameter of a rack, an app or a resource, fit to be shown. */
export interface ShownParameter {
  readonly name: string;
  /** Masked where it is secret, decoded where it travels as base64. */
  readonly value: string;
  readonly secret: boolean;
}

/** Parameters whose value is base64 of JSON (convox-api.md 6.1). */
const PACKED: ReadonlySet<string> = new Set([
  'additional_node_groups_config',
  'additional_build_groups_config',
  'additional_karpenter_nodepools_config',
  'karpenter_config',
]);

/** Sorted by name. The only way in which parameters reach a screen. */
export function shownParameters(parameters: Readonly<Record<string, string>>): readonly ShownParameter[] {
  return Object.entries(parameters)
    .map(([name, value]) => shown(name, value))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function shown(name: string, value: string): ShownParameter {
  if (isSecretParameter(name)) return { name, value: value === '' ? '' : HIDDEN, secret: value !== '' };
  if (PACKED.has(name)) return { name, value: unpacked(value), secret: false };
  if (!/:\/\//.test(value)) return { name, value, secret: false };
  const masked = maskUrl(value);
  return { name, value: masked, secret: masked.includes(HIDDEN) };
}

/** Compact JSON without the values of secret names; what is no packed JSON stays as it came. */
function unpacked(value: string): string {
  try {
    const bytes = Uint8Array.from(atob(value), (char) => char.charCodeAt(0));
    const parsed: unknown = JSON.parse(new TextDecoder().decode(bytes));
    // Packed text has not passed the protocol's sanitiser: its control characters only appear here.
    return safeText(hideSecrets(parsed));
  } catch {
    return value;
  }
}

/** JSON text of a value, with the values of secret names hidden at every depth. */
export function hideSecrets(value: unknown): string {
  const text = JSON.stringify(value, (name, member: unknown) =>
    isSecretParameter(name) && isFilled(member) ? HIDDEN : member,
  );
  return text ?? '';
}

function isFilled(member: unknown): boolean {
  return member !== null && member !== undefined && member !== '' && member !== '[REDACTED]';
}
