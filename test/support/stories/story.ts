/** How an action may end for whoever asked for it. */
export const OUTCOMES = ['success', 'refusal', 'failure'] as const;

/**
 * - success: sent once, and proven.
 * - refusal: says why it may not be, and nothing leaves.
 * - failure: it left, and did not become true: given up, lost, refused by the rack, died on the way. The dashboard says so.
 */
export type StoryOutcome = (typeof OUTCOMES)[number];

/** Where a story is told: the file in test/scenarios without its ending, and the title of the test there. */
export type Place = `${string} > ${string}`;

/** By the id of an action, the test that tells its story on the real program, for each way that it may end. */
export type Stories = Readonly<Record<string, Readonly<Record<StoryOutcome, Place>>>>;
