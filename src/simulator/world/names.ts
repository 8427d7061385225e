import { hashText, mix, type Random } from './random.ts';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const ALPHANUMERIC = `${LETTERS}abcdefghijklmnopqrstuvwxyz0123456789`;
/** Kubernetes leaves vowels and look-alikes out of generated names. */
const SAFE = 'bcdfghjklmnpqrstvwxz2456789';

/** `R` and ten upper-case letters. */
export const releaseId = (random: Random): string => `R${random.text(LETTERS, 10)}`;
/** `B` and ten upper-case letters. */
export const buildId = (random: Random): string => `B${random.text(LETTERS, 10)}`;
/** v3 rack password: 64 letters and digits (convox-api.md 1.1). */
export const rackPassword = (random: Random): string => random.text(ALPHANUMERIC, 64);
export const hexText = (random: Random, length: number): string => random.text('0123456789abcdef', length);

/** Pod of a Deployment: `web-6d9f7c5b8-x2x4q`; the middle part is the same for all pods of one release. */
export function podName(random: Random, service: string, release: string): string {
  let h = hashText(`${service}/${release}`);
  let template = '';
  for (let i = 0; i < 9; i++) {
    h = mix(h, i);
    template += SAFE[h % SAFE.length];
  }
  return `${service}-${template}-${random.text(SAFE, 5)}`;
}

/** Run and build pods: `web-x2x4q`. */
export const runPodName = (random: Random, service: string): string => `${service}-${random.text(SAFE, 5)}`;

/** EC2 node name from its address. */
export const nodeName = (ip: string): string => `ip-${ip.replaceAll('.', '-')}.ec2.internal`;
