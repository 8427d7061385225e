import type { TerminalSize } from '../protocol/exec-request.ts';
import type { ExecEnd, ExecSession, ExecSink } from '../protocol/exec-socket.ts';
import type { RunningProxy } from '../protocol/proxy-listener.ts';

export interface AttachRequest {
  /** `sh in web-1 of shop`: shown while it runs and kept in a recording of it. */
  readonly title: string;
  /** Opens the session, once. */
  readonly open: (sink: ExecSink, size: TerminalSize | undefined) => ExecSession;
  /** Texts that must not get into a recording of the session. */
  readonly secrets: readonly string[];
  /** The person agreed to a recording (asciicast v2, a file of their own). */
  readonly record?: boolean;
}

/** `hungUp`: by the person, with `~.`; the remote command may go on. */
export interface AttachEnd {
  readonly end: ExecEnd;
  readonly hungUp: boolean;
  /** Where the recording is, or why there is none; undefined: none was asked for. */
  readonly recording?: string | undefined;
}

/** `skipped`: what was left out, with the reason; `bytes`: sum of the files. */
export interface PackedCopy {
  readonly archive: Uint8Array;
  readonly files: number;
  readonly bytes: number;
  readonly remotePath: string;
  readonly skipped: readonly string[];
}

export interface UnpackedCopy {
  readonly localPath: string;
  readonly written: readonly string[];
  readonly bytes: number;
  readonly skipped: readonly string[];
}

/** What an action needs of the person's machine; injected, so that a test can be any machine. */
export interface Interaction {
  /** Is there a terminal to hand over? Checked before anything is sent. */
  readonly hasTerminal: boolean;
  /** Hands the terminal over until the session ends; without one it prints what comes. */
  attach(request: AttachRequest): Promise<AttachEnd>;
  /** Lists a proxy, so that it can be seen and stopped; resolves with its address. */
  keepProxy(title: string, proxy: RunningProxy): string;
  /** A local file or folder as a tar archive with the names that the process will see. Rejects with a Failure. */
  pack(path: string, remotePath: string): Promise<PackedCopy>;
  /** Unpacks to `localPath` and never overwrites. Rejects with a Failure. */
  unpack(archive: Uint8Array, to: { readonly remotePath: string; readonly localPath: string }): Promise<UnpackedCopy>;
  readFile(path: string): Promise<string>;
  /**
   * Something that exists once (a new private key, a token): saved to a file of its own, 0600, never shown in lists or kept
   * elsewhere. Resolves with the path.
   */
  saveSecret(suggestedName: string, secret: string): Promise<string>;
}
