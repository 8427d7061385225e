import { RACK_PASSWORD } from '../access/create-access.ts';
import { asFailure } from '../domain/failure.ts';
import { defineAction } from './define-action.ts';

const ROTATE = 'PUT /system/jwt/rotate';

interface Facts {
  /** The credential in use is such a token: it ends, too. */
  readonly byToken: boolean;
}

export const rotateRackKey = defineAction<Facts, true>({
  id: 'rack.key-rotate',
  title: 'Rotate the rack access key',
  about: 'ends every access token of the rack at once',
  on: [],
  tier: 3,
  subject: 'none',
  bulk: false,
  permissions: ['convox:jwt:rotate'],
  routes: [ROTATE],
  gather: async ({ access, rack }) => ({
    byToken: rack.kind === 'direct' && access.roleLabel !== RACK_PASSWORD,
  }),
  preview: ({ byToken }, { rack }) => ({
    headline: `Rotate the access key of ${rack.name}`,
    effects: [
      'Every token ever made for it stops working at once; the password of the rack stays.',
      'The API restarts: logs and sessions break off for a moment.',
    ],
    warnings: [
      'Whatever deploys or watches with a token fails until it has a new one.',
      ...(byToken ? ['You use such a token yourself: you will be logged out.'] : []),
    ],
  }),
  changes: () => [{ route: ROTATE, times: 1 }],
  run: async (_facts, { writes, signal }) => {
    await writes.rotateRackKey({ signal });
    return true;
  },
  observe: async ({ byToken }, sent, { reads, signal }) => {
    try {
      const { status } = await reads.system({ signal });
      // A token that still works has not been ended; with the password nothing tells the old key from the new one.
      if (byToken) return { state: sent ? 'pending' : 'absent', words: 'Your own token still works.' };
      if (!sent)
        return { state: 'unknown', words: 'Whether the key was rotated is not known: the rack does not tell.' };
      return { state: 'done', words: `Rotated; the rack answers and is ${status}.` };
    } catch (error) {
      if (byToken && asFailure(error).kind === 'not-logged-in') {
        return { state: 'done', words: 'Rotated: your own token is not accepted any more. Log in with another one.' };
      }
      throw error;
    }
  },
  wait: { firstMs: 2_000, everyMs: 5_000, deadlineMs: 300_000, steady: 2 },
  echo: () => 'convox rack access key rotate',
});
