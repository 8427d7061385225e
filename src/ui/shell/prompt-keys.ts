import type { KeyPress } from '../keys/key-press.ts';
import type { Dashboard } from './dashboard.ts';
import type { Prompt } from './prompt.ts';
import { editInput, insertText, type TextInput, textInput } from './text-input.ts';

export function pressPrompt(dashboard: Dashboard, prompt: Prompt, press: KeyPress): void {
  switch (dashboard.keys.find('prompt', press.name)?.id) {
    case 'prompt.accept': {
      const complaint = prompt.request.onSubmit(prompt.input.text);
      // What was submitted may have opened another prompt or view; only this one is closed.
      if (complaint !== undefined) dashboard.store.setState({ prompt: { ...prompt, complaint } });
      else if (dashboard.state.prompt?.request === prompt.request) dashboard.store.setState({ prompt: undefined });
      return;
    }
    case 'prompt.cancel':
      dashboard.store.setState({ prompt: undefined });
      prompt.request.onCancel?.();
      return;
    case 'prompt.clear':
      change(dashboard, prompt, textInput(''));
      return;
    default: {
      // Backspace in an empty prompt leaves it, as in vim and k9s.
      if (press.name === 'backspace' && prompt.input.text === '') {
        dashboard.store.setState({ prompt: undefined });
        prompt.request.onCancel?.();
        return;
      }
      const input = editInput(prompt.input, press);
      if (input) change(dashboard, prompt, input);
    }
  }
}

export function pastePrompt(dashboard: Dashboard, prompt: Prompt, text: string): void {
  change(dashboard, prompt, insertText(prompt.input, text));
}

function change(dashboard: Dashboard, prompt: Prompt, input: TextInput): void {
  const complaint = input.text === prompt.input.text ? prompt.complaint : prompt.request.onChange?.(input.text);
  dashboard.store.setState({ prompt: { ...prompt, input, complaint } });
}
