import { diffReleases, releaseDiffText } from '../release-diff.ts';
import type { ChangeText } from './cause.ts';

/** What a deploy changed, in a line. Apart from the rules, because it brings a YAML parser with it and the board needs none. */
export const releaseChange: ChangeText = (before, after, { facts, promotes }) =>
  releaseDiffText(diffReleases(before, after, { ...facts, promotes }));
