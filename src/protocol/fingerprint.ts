/**
 * A number that stands for a text: two 32-bit hashes (FNV-1a with different primes, mixed at the end) in 53 bits. Two of a
 * hundred thousand different texts share one with a probability of one in a million. Not for secrets.
 */
export function fingerprint(text: string): number {
  let low = 0x811c9dc5;
  let high = 0x9747b28c ^ text.length;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x85ebca6b);
    high ^= high >>> 15;
  }
  return (mixed(high) & 0x1fffff) * 0x1_0000_0000 + (mixed(low) >>> 0);
}

/** Spreads every bit over all (the finaliser of MurmurHash3). */
function mixed(hash: number): number {
  let bits = hash ^ (hash >>> 16);
  bits = Math.imul(bits, 0x85ebca6b);
  bits ^= bits >>> 13;
  bits = Math.imul(bits, 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
