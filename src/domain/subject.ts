/** One thing that an action is about: a process, a release, an app ... as a row of a view names it. */
export interface Subject {
  /** Id as the API takes it: process id, release id, service or app name, instance id, certificate id, registry server. */
  readonly id: string;
  readonly app?: string | undefined;
  readonly service?: string | undefined;
}

/** What a person (or a script) asks for. Values of `input` may be secret: never print, log or keep them. */
export interface ActionRequest {
  /** `process.stop`. */
  readonly actionId: string;
  /** Name of the target. */
  readonly rack: string;
  /** One, or the marked ones; none for what concerns the rack as a whole. */
  readonly subjects: readonly Subject[];
  /** Values of the action's fields, by field id. */
  readonly input: Readonly<Record<string, string>>;
}
