import { RackError } from '../../../src/simulator/wire/rack-error.ts';
import type { GuideStage } from './guide-stage.ts';
import type { HazardStory } from './hazard-story.ts';

const nothing = (): void => undefined;
export const to = (text: string) => ['move to', 0, text] as const;

export const busy = (name: 'staging' | 'acme/eu') => (stage: GuideStage) =>
  stage.rack(name).change((rack) => void Object.assign(rack, { status: 'updating' }));

/** Only members of an organisation see its integrations. */
export function noMember({ console }: GuideStage): void {
  Object.defineProperty(console, 'runtimes', {
    configurable: true,
    get: () => {
      throw new RackError(403, 'you are not a member of this organization');
    },
  });
}

/** Names that make no move, whichever the direction. */
export const names = (self: string, other: string, odd: string): readonly HazardStory[] => [
  { step: 'names', hazard: 'self-move', spoil: nothing, value: to(self), word: 'unknown', words: /same/i, next: /\S/ },
  {
    step: 'names',
    hazard: 'rename',
    spoil: nothing,
    value: to(other),
    word: 'unknown',
    words: /name of a rack cannot change/,
    next: /\S/,
  },
  {
    step: 'names',
    hazard: 'wrong-name',
    spoil: nothing,
    value: to(odd),
    word: 'unknown',
    words: /is no name of a rack/,
    next: /Write rack for a local rack/,
  },
];
