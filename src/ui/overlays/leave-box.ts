import { reasonsToStay } from '../actions/leave-question.ts';
import { keyLabel } from '../keys/key-label.ts';
import type { Dashboard } from '../shell/dashboard.ts';
import { wrapWords } from '../text/wrap-words.ts';
import type { BoxContent } from './login-box.ts';

export function leaveBox(dashboard: Dashboard): BoxContent {
  const width = Math.max(40, Math.min(dashboard.state.size.columns - 6, 76));
  const yes = keyLabel(dashboard.keys.get('action.yes')?.keys[0] ?? '');
  return {
    title: 'Leave now?',
    lines: [
      ...reasonsToStay(dashboard).flatMap((text) =>
        wrapWords(text, width - 2).map((row, at) => [
          { text: `${at === 0 ? '!' : ' '} ${row}`, role: 'warning' as const },
        ]),
      ),
      [],
      [{ text: yes, role: 'key' }, { text: ' leave   ' }, { text: 'any other key', role: 'key' }, { text: ' stay' }],
    ],
    least: width,
  };
}
