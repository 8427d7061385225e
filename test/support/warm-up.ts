// Run before the suite: Node keeps what it has compiled of the program when that ends in order, and most programs of the suite
// are ended by force. Without this each of them would compile the whole program again, in a fresh clone a minute in all.
import { runProgram } from './program.ts';
import { Terminal } from './terminal.ts';

await runProgram(['--demo', 'apps', '--json']);
const terminal = Terminal.open({ args: ['--demo'] });
await terminal.waitFor(/^ > acme/m);
terminal.press('a');
await terminal.waitFor(/─ Actions on/);
terminal.press('escape');
await terminal.waitUntilGone(/─ Actions on/);
terminal.press('q');
await terminal.waitForExit();
await terminal.close();
