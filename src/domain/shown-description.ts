import { envKeyText } from './env-text.ts';
import { withoutSecrets } from './secret-text.ts';

/**
 * The description of a release or build as it may be shown. Racks write the names of changed variables into it
 * (`env add:A remove:B`), and what they take for a name may be a line of a secret value of several lines.
 */
export function shownDescription(text: string): string {
  return withoutSecrets(
    text.replace(/\b(add|change|remove):(\S+)/g, (_all, verb: string, key: string) => `${verb}:${envKeyText(key)}`),
  );
}
