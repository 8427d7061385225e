import { setFlagsFromString } from 'node:v8';

/** V8 12 (Node 22) to 14 know the flags; one that does not would say so on stderr. */
const KNOWN = /^1[2-4]\./;

/**
 * V8 optimises the WebAssembly of the HTTP parser in the background after some calls: 80 ms of a core and 40 MiB for nothing
 * that anybody notices.
 */
const NO_WASM_OPTIMISER = '--wasm-tiering-budget=2000000000';
/** The parser comes with undici and is known to be well-formed: its 90 functions are checked when they are called, a tenth of them. */
const LAZY_VALIDATION = '--wasm-lazy-validation';
/** What is new in memory stays in the 8 MiB that the start took: left alone they become 120. */
const SMALL_NURSERY = '--semi-space-growth-factor=1';
/** Collect when half as much as is in use has become garbage; left alone it may be three times as much. */
const EARLY_COLLECTION = '--heap-growing-percent=50';

/** For a command that ends at once, and would have to wait for the optimiser. */
export function tuneForOneAnswer(proc: NodeJS.Process): void {
  setFlags(proc, [NO_WASM_OPTIMISER, LAZY_VALIDATION]);
}

/**
 * For a program that stays open for days beside others: V8 takes what the machine has to spare (450 MiB behind a log of 100,000
 * lines), with these it keeps to what it needs (180 MiB) for a tenth more CPU.
 */
export function tuneForLongStay(proc: NodeJS.Process): void {
  setFlags(proc, [NO_WASM_OPTIMISER, SMALL_NURSERY, EARLY_COLLECTION]);
}

/** To be called when everything is loaded: what the compile cache holds is only valid for the flags it was made with. */
function setFlags(proc: NodeJS.Process, flags: readonly string[]): void {
  if (!KNOWN.test(proc.versions.v8)) return;
  for (const flag of flags) setFlagsFromString(flag);
}
