import { setFlagsFromString } from 'node:v8';

/** V8 12 (Node 22) to 14 know the flag; one that does not would say so on stderr. */
const KNOWN = /^1[2-4]\./;

/**
 * For a command that ends at once: V8 optimises the WebAssembly of the HTTP parser in the background after some calls, which
 * takes 80 ms, and a process that wants to end waits for it. To be called when everything is loaded: what the compile cache
 * holds is only valid for the flags it was made with.
 */
export function withoutWasmOptimiser(proc: NodeJS.Process): void {
  if (KNOWN.test(proc.versions.v8)) setFlagsFromString('--wasm-tiering-budget=2000000000');
}
