/** The faults of an answer that cannot be used, and how what zod found is told to the one who wrote it. */
import type { z } from 'zod';
import { limits } from './limits.ts';
import './plain-words.ts';
import type { FaultKind } from './states.ts';

/** Why an answer cannot be used. The message may be sent back to the model. */
export interface AnswerFault {
  kind: FaultKind;
  whose: 'agent';
  message: string;
}

export function fault(kind: FaultKind, message: string): { ok: false; fault: AnswerFault } {
  return { ok: false, fault: { kind, whose: 'agent', message } };
}

export function tooLarge(bytes: number): { ok: false; fault: AnswerFault } {
  return fault('too_large', `the answer has ${bytes} bytes; at most ${limits.answerBytes} are read`);
}

const problemsMax = 5;

/** What is wrong and where, such as `players[0].score: must be a whole number, not text`. */
export function problemsOf(error: z.ZodError): string {
  const lines = error.issues.slice(0, problemsMax).map(({ path, message }) => {
    const place = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
    const what = message.slice(0, 200);
    return place === '' ? what : `${place.replace(/^\./, '')}: ${what}`;
  });
  const more = error.issues.length - lines.length;
  return more > 0 ? `${lines.join('; ')}; and ${more} more` : lines.join('; ');
}
