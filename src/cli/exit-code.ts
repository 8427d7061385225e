import type { Failure } from '../domain/failure.ts';

/** 0 done, 1 failed, 2 wrong usage, 3 cannot reach, 4 not logged in. Scripts rely on these. */
export type ExitCode = 0 | 1 | 2 | 3 | 4;

export function exitCodeOf(failure: Failure): ExitCode {
  switch (failure.kind) {
    case 'usage':
      return 2;
    case 'unreachable':
    case 'timeout':
    case 'tls':
      return 3;
    case 'not-logged-in':
    case 'account-blocked':
    case 'mfa-required':
    case 'mfa-rejected':
    case 'mfa-enrollment':
      return 4;
    default:
      return 1;
  }
}
