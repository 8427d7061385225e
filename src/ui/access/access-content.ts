import { untilText } from '../../domain/age.ts';
import type { RackSession } from '../../live/rack-session.ts';
import type { TerminalLook } from '../dashboard-services.ts';
import type { TextContent } from '../shell/text-body.ts';
import { pairLines } from '../text/pair-lines.ts';
import { screenStyles } from '../text/screen-styles.ts';

/** "My access": who you are on a rack, what each role may do there, and what you may. */
export function accessContent(session: RackSession, look: TerminalLook, now: () => number): TextContent {
  const styles = screenStyles(look);
  const listeners = new Set<() => void>();
  let matrix: readonly string[] = ['Drawing the table of roles ...'];
  const draw = async () => {
    // The table component is loaded by the first person who looks.
    const { roleMatrix } = await import('./role-matrix.tsx');
    matrix = roleMatrix(session.access.get(), session.target.kind, look.unicode);
    for (const listener of [...listeners]) listener();
  };
  return {
    lines: () => [...pairLines(whoAmI(session, now()), styles), '', ...matrix],
    subscribe: (listener) => {
      listeners.add(listener);
      const stop = session.access.subscribe(() => void draw());
      void draw();
      return () => {
        listeners.delete(listener);
        stop();
      };
    },
    refresh: () => void draw(),
  };
}

function whoAmI(session: RackSession, now: number): readonly (readonly [string, string])[] {
  const { target } = session;
  const { user, roleLabel, identity, stepUpExpiresAt } = session.access.get();
  const open = stepUpExpiresAt !== undefined && stepUpExpiresAt > now;
  return [
    ['Rack', `${target.name} (${target.kind}, ${target.origin})`],
    ['You', user ?? 'not known yet'],
    ['Role', roleLabel ?? 'not known yet'],
    ...(identity
      ? ([
          [
            'Second factor',
            identity.mfaEnrolled ? 'enrolled' : identity.mfaRequired ? 'required, not enrolled' : 'none',
          ],
          ['Step-up window', open ? `ends ${untilText(stepUpExpiresAt, now)}` : 'closed'],
          ['Gateway', `${identity.gatewayVersion} ${identity.gatewayCommit}`.trim()],
        ] as const)
      : []),
    ['Credential from', target.source],
  ];
}
