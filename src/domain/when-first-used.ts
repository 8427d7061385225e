/**
 * `make` is called when its result is wanted for the first time, and never again. For what takes long to make and what most
 * starts never want, such as the schema of a file that is not there: a command that prints one answer is judged by the millisecond.
 */
export function whenFirstUsed<T>(make: () => T): () => T {
  let made: { readonly it: T } | undefined;
  return () => {
    made ??= { it: make() };
    return made.it;
  };
}
