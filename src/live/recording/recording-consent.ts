/** To be shown before a recorded session begins, and agreed to. */
export const RECORDING_CONSENT =
  'This session will be recorded to a file on this machine, for you alone to read: everything that appears on the screen, ' +
  'with its timing. Known secrets are replaced; others that appear on the screen are in the file. What you type is not ' +
  'recorded, but the remote side usually shows it.';
