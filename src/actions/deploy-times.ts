import type { Wait } from './define-action.ts';

/**
 * How long a deploy may take (convox-api.md 6.2): right after a promote the app may still read `running`, so the first look is
 * late and two have to agree; a rack gives up after 50 minutes and then needs some to go back, which is waited for, too.
 */
export const DEPLOY_WAIT: Wait = { firstMs: 5_000, everyMs: 5_000, deadlineMs: 65 * 60_000, steady: 2 };

/** What is applied again within half a minute: lock, parameters. */
export const REAPPLY_WAIT: Wait = { firstMs: 2_000, everyMs: 3_000, deadlineMs: 10 * 60_000, steady: 2 };

/** Rolling over of processes: restart, scale. */
export const ROLL_WAIT: Wait = { firstMs: 2_000, everyMs: 3_000, deadlineMs: 20 * 60_000, steady: 1 };

/** A release that was made is there at once, but reads may lag: what is not seen for eight seconds is not there. */
export const RECORD_WAIT: Wait = { firstMs: 1_000, everyMs: 4_000, deadlineMs: 60_000, steady: 1 };

export const CREATE_WAIT: Wait = { firstMs: 2_000, everyMs: 5_000, deadlineMs: 35 * 60_000, steady: 2 };
export const DELETE_WAIT: Wait = { firstMs: 5_000, everyMs: 5_000, deadlineMs: 35 * 60_000, steady: 2 };

/** After a proven deploy: how long crashes and new errors are laid at its door. */
export const WATCH_MS = 5 * 60_000;
/** How far back an app's log tells which errors are usual: an error may be seldom without being new. */
export const BEFORE_MS = 15 * 60_000;
export const WATCH_EVERY_MS = 20_000;

/** Processes of a deploy that do not get up for so long: it hangs. */
export const STUCK_MS = 10 * 60_000;
