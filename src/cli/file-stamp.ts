import { isoText } from '../domain/age.ts';

/** `20260615-120000` in UTC: the part of a file's name that says when. */
export function fileStamp(at: number): string {
  return isoText(at).slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
}
