import type { Line } from '../text/line.ts';
import type { TextInput } from './text-input.ts';

/** One line of input at the foot of the frame; typing, paste and editing keys are the shell's business. */
export interface PromptRequest {
  /** `/`, `save as: `. */
  readonly label: string;
  readonly initial?: string;
  /** What may be written, greyed while nothing is: `5m, 2h30m, 24h`. */
  readonly example?: string;
  /** After every change; the string returned is shown as a complaint next to the input. */
  readonly onChange?: (text: string) => string | undefined;
  /** Enter; the prompt closes unless a complaint is returned. */
  readonly onSubmit: (text: string) => string | undefined;
  /** Escape, or another view takes over. */
  readonly onCancel?: () => void;
}

export interface Prompt {
  readonly request: PromptRequest;
  readonly input: TextInput;
  readonly complaint: string | undefined;
}

/** The prompt as a line with its block cursor; long input scrolls so that the cursor stays in sight. */
export function promptLine(prompt: Prompt, width: number): Line {
  const label = ` ${prompt.request.label}`;
  const complaint = prompt.complaint === undefined ? '' : `  ! ${prompt.complaint}`;
  const room = Math.max(10, width - label.length - complaint.length - 1);
  return [
    { text: label, role: 'key' },
    ...inputSpans(prompt.input, room),
    ...(prompt.input.text === '' && prompt.request.example !== undefined && complaint === ''
      ? [{ text: ` ${prompt.request.example}`, role: 'muted' as const }]
      : []),
    ...(complaint === '' ? [] : [{ text: complaint, role: 'warning' as const }]),
  ];
}

/** Input text with a visible cursor cell, at most `room` cells; `mask` hides what is typed. */
export function inputSpans(input: TextInput, room: number): Line {
  const characters = [...input.text];
  if (input.isSelected) return [{ text: characters.slice(0, room).join(''), role: 'cursor' }];
  const from = Math.max(0, input.cursor - room + 1);
  const before = characters.slice(from, input.cursor).join('');
  const at = characters[input.cursor] ?? ' ';
  const after = characters.slice(input.cursor + 1, from + room).join('');
  return [{ text: before }, { text: at, role: 'cursor' }, { text: after }];
}
