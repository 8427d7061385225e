import { safeText } from '../domain/safe-text.ts';

export type NotificationChannel = 'bell' | 'osc9' | 'none';

const MAX_TEXT = 400;

/**
 * What makes a terminal tell a person who is not looking: its bell, or a desktop notification (OSC 9: iTerm2, WezTerm, Windows
 * Terminal, kitty and others; the rest ignore it). `''` for `none`. No text gets through that could end the sequence early.
 */
export function notificationSequence(channel: NotificationChannel, text: string): string {
  switch (channel) {
    case 'bell':
      return '\u0007';
    case 'osc9':
      // The prefix also keeps a text that begins with `4;` from being taken for a progress report.
      return `\u001b]9;rackdeck: ${safeText(text, MAX_TEXT)}\u0007`;
    case 'none':
      return '';
  }
}
