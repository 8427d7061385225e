/** So many looks at crashed processes: a back-off is normal, this is none. */
const MAX_LOOKS = 20;

/** Crashes that were seen while processes came up; a process in a crash loop is not crashed at every look. */
export class CrashPatience {
  #looks = 0;

  /** True once it has crashed for too long to come up by itself. */
  isOver(crashed: boolean): boolean {
    if (crashed) this.#looks += 1;
    return this.#looks >= MAX_LOOKS;
  }
}
