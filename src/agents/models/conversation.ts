/** What a model is sent: the prompt, and where an answer has to be mended, that answer and what was wrong with it. */
import type { Repair } from '../generation/state.ts';
import type { ChatMessage } from './model-caller.ts';

export function conversation(prompt: string, repair: Repair | null): ChatMessage[] {
  if (repair === null) return [{ role: 'user', text: prompt }];
  const wish = `Your answer could not be used: ${repair.problem}\nAnswer again, with that mended and nothing else around it.`;
  return [
    { role: 'user', text: prompt },
    // Providers take no empty message, and some want the two to take turns.
    { role: 'assistant', text: repair.text.trim() === '' ? '(no answer)' : repair.text },
    { role: 'user', text: wish },
  ];
}
