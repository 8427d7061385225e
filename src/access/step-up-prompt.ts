/** What to ask the person, now. */
export interface StepUpPrompt {
  /** `step-up`: the code opens the window for a while. `always`: it goes along with one request. */
  readonly level: 'step-up' | 'always';
  /** What can be typed, in words, the preferred one first. */
  readonly methods: readonly string[];
  readonly triesLeft: number;
  /** Why the last code did not do; one or two sentences. */
  readonly problem: string | undefined;
  /** Until then (epoch ms) a new try is pointless: the next code is not there yet. */
  readonly waitUntil: number | undefined;
  /** For people with security keys: what works instead. */
  readonly advice: string | undefined;
  /** The gateway is looking at a code; `submit` does nothing meanwhile. */
  readonly checking: boolean;
  /** How many actions wait for this. */
  readonly waiting: number;
}
