import { createHmac } from 'node:crypto';

/** RFC 6238 with SHA-1, six digits and 30 s steps (gateway.md 4.6). */
export const TOTP_STEP_MS = 30_000;

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export function timeStep(ms: number): number {
  return Math.floor(ms / TOTP_STEP_MS);
}

export function totpAt(secret: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac('sha1', decodeBase32(secret)).update(counter).digest();
  const offset = digest.readUInt8(digest.length - 1) & 0x0f;
  const value = digest.readUInt32BE(offset) & 0x7fffffff;
  return String(value % 1_000_000).padStart(6, '0');
}

/** The time step that a code belongs to, one step of clock tolerance each way; undefined when it fits none. */
export function matchingStep(secret: string, code: string, ms: number): number | undefined {
  const current = timeStep(ms);
  return [current, current - 1, current + 1].find((step) => totpAt(secret, step) === code);
}

export function encodeBase32(bytes: Uint8Array): string {
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  let text = '';
  for (let at = 0; at < bits.length; at += 5)
    text += BASE32.charAt(Number.parseInt(bits.slice(at, at + 5).padEnd(5, '0'), 2));
  return text;
}

export function decodeBase32(text: string): Buffer {
  let bits = '';
  for (const letter of text.toUpperCase().replace(/=+$/, '')) {
    const value = BASE32.indexOf(letter);
    if (value < 0) throw new Error('not a base32 secret');
    bits += value.toString(2).padStart(5, '0');
  }
  const bytes: number[] = [];
  for (let at = 0; at + 8 <= bits.length; at += 8) bytes.push(Number.parseInt(bits.slice(at, at + 8), 2));
  return Buffer.from(bytes);
}
