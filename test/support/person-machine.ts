import type { AttachEnd, Interaction, PackedCopy, UnpackedCopy } from '../../src/actions/interaction.ts';
import { Failure } from '../../src/domain/failure.ts';
import type { RunningProxy } from '../../src/protocol/proxy-listener.ts';

/** A person's machine for tests of actions: files in memory, a terminal that types what it is given. */
export interface PersonMachine extends Interaction {
  readonly files: Map<string, string>;
  /** What was saved as a secret, by path. */
  readonly saved: Map<string, string>;
  readonly proxies: { readonly title: string; readonly proxy: RunningProxy }[];
  /** Lines typed into the next session once something came. */
  typed: string[];
  /** What the session wrote. */
  output: string;
  readonly titles: string[];
  readonly sessionSecrets: string[];
  readonly unpacked: { readonly archive: Uint8Array; readonly to: { remotePath: string; localPath: string } }[];
  /** Names that cannot be saved under. */
  readonly taken: Set<string>;
  hasTerminal: boolean;
  saveSecret: Interaction['saveSecret'];
}

export function personMachine(): PersonMachine {
  const machine: PersonMachine = {
    files: new Map(),
    saved: new Map(),
    proxies: [],
    typed: [],
    output: '',
    titles: [],
    sessionSecrets: [],
    unpacked: [],
    taken: new Set(),
    hasTerminal: true,
    attach: (request) => attach(machine, request),
    keepProxy: (title, proxy) => {
      machine.proxies.push({ title, proxy });
      return `127.0.0.1:${proxy.port}`;
    },
    pack: async (path, remotePath): Promise<PackedCopy> => {
      const content = await machine.readFile(path);
      const name = Buffer.alloc(512);
      name.write(remotePath);
      const archive = Buffer.concat([name, Buffer.from(content)]);
      return { archive, files: 1, bytes: content.length, remotePath, skipped: [] };
    },
    unpack: async (archive, to): Promise<UnpackedCopy> => {
      machine.unpacked.push({ archive, to });
      return { localPath: to.localPath, written: [to.localPath], bytes: archive.byteLength, skipped: [] };
    },
    readFile: async (path) => {
      const content = machine.files.get(path);
      if (content === undefined) throw new Failure({ kind: 'usage', what: `Could not read ${path}` });
      return content;
    },
    saveSecret: async (name, secret) => {
      if (machine.taken.has(name) || machine.taken.has('*') || machine.saved.has(name)) {
        throw new Failure({ kind: 'usage', what: `Could not save ${name}`, why: 'the file exists already' });
      }
      machine.saved.set(name, secret);
      return name;
    },
  };
  return machine;
}

async function attach(machine: PersonMachine, request: Parameters<Interaction['attach']>[0]): Promise<AttachEnd> {
  machine.titles.push(request.title);
  machine.sessionSecrets.push(...request.secrets);
  let heard: () => void = () => undefined;
  const first = new Promise<void>((resolve) => {
    heard = resolve;
  });
  const session = request.open(
    {
      output: (bytes) => {
        machine.output += Buffer.from(bytes).toString('utf8');
        heard();
        return true;
      },
      drain: () => undefined,
    },
    { rows: 24, columns: 80 },
  );
  if (await session.opened) {
    if (machine.typed.length > 0) await Promise.race([first, session.result]);
    for (const line of machine.typed) session.write(Buffer.from(`${line}\r`));
  }
  return { end: await session.result, hungUp: false };
}
