import { programHelp } from './program.ts';

declare const __RACKDECK_VERSION__: string;

/** Written to dist/help.txt by the build (see bin/rackdeck.js). */
export function helpText(): string {
  return programHelp(__RACKDECK_VERSION__);
}
