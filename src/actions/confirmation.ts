import type { Subject } from '../domain/subject.ts';
import type { AnyAction, Tier } from './define-action.ts';

/** What a person must do so that an action may run (screens.md 4). */
export type Confirmation =
  /** Tier 1: one key, the default is to leave it. */
  | { readonly kind: 'key'; readonly key: 'y' }
  /** Tier 2 on a rack that is not protected. */
  | { readonly kind: 'enter' }
  /** Tier 2 on a protected rack, tier 3 everywhere. */
  | { readonly kind: 'type'; readonly text: string; readonly reason: boolean };

export interface ConfirmationAnswer {
  /** What was typed; for `key` the key, for `enter` nothing. */
  readonly typed?: string;
  readonly reason?: string;
}

export function tierOf(action: Pick<AnyAction, 'tier' | 'tierWhenProtected'>, isProtected: boolean): Tier {
  return isProtected ? (action.tierWhenProtected ?? action.tier) : action.tier;
}

export function confirmationFor(
  tier: Tier,
  about: { readonly rack: string; readonly subjects: readonly Subject[]; readonly isProtected: boolean },
): Confirmation {
  if (tier === 1) return { kind: 'key', key: 'y' };
  const app = appOf(about.subjects);
  if (tier === 3) {
    return {
      kind: 'type',
      text: app === undefined ? lastPart(about.rack) : `${lastPart(about.rack)}/${app}`,
      reason: true,
    };
  }
  if (!about.isProtected) return { kind: 'enter' };
  return { kind: 'type', text: app ?? lastPart(about.rack), reason: false };
}

/** Why the answer does not confirm it; undefined: it does. */
export function confirmationProblem(confirmation: Confirmation, answer: ConfirmationAnswer): string | undefined {
  if (confirmation.kind === 'key') return answer.typed === confirmation.key ? undefined : `Press ${confirmation.key}`;
  if (confirmation.kind === 'enter') return undefined;
  if (answer.typed?.trim() !== confirmation.text) return `Type ${confirmation.text} to confirm`;
  if (confirmation.reason && (answer.reason ?? '').trim() === '') return 'A reason is needed: it goes into the journal';
  return undefined;
}

/** A rack may have become protected since somebody pressed enter. */
export function asksTheSame(one: Confirmation, other: Confirmation): boolean {
  return one.kind === 'type' && other.kind === 'type'
    ? one.text === other.text && one.reason === other.reason
    : one.kind === other.kind;
}

/** The app that all of it is about, where there is exactly one. */
function appOf(subjects: readonly Subject[]): string | undefined {
  const apps = new Set(subjects.map((subject) => subject.app));
  const [app] = apps;
  return apps.size === 1 ? app : undefined;
}

/** `prod` of `acme/prod`: `rack/app` is what people type. */
function lastPart(rack: string): string {
  return rack.slice(rack.lastIndexOf('/') + 1);
}
