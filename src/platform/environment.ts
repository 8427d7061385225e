/**
 * What the program may know of the machine it runs on, injected so that a test can be any machine. Built once, by main.
 */
export interface Environment {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
  readonly hostname: string;
  readonly now: () => number;
  readonly random: () => number;
}
