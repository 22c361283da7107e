/** What the test's language model says: it reads from the prompt what is wanted, and names the first player the winner of the third round. */
import type { ModelCallSeen } from './model-protocols.ts';

/** The key words of the answers' shapes, each in the order in which it is looked for. */
const shapes: readonly { readonly marks: readonly string[]; readonly say: (text: string) => unknown }[] = [
  { marks: ['"winner_id"'], say: effects },
  {
    marks: ['"end_position"'],
    say: () => [{ name: 'Hay bale', description: 'It was not here before.', position: '1,1' }],
  },
  {
    marks: ['"action"'],
    say: () => ({ action: 'look around', narration: 'I look around.', memories: 'I have looked around.' }),
  },
  { marks: ['"result"'], say: () => ({ result: 'It is done.', reason: 'Nothing speaks against it.' }) },
];

export function modelPlayer({ messages, prompt }: ModelCallSeen): string {
  const whole = messages.map(({ text }) => text).join('\n');
  const wanted = lastMark(prompt) ?? lastMark(whole);
  if (wanted === null) return 'The sun rises over the yard, and everybody waits for somebody else to begin.';
  return JSON.stringify(wanted.say(prompt));
}

/** The shape that is described last: what comes before may be the view, with answers of others in it. */
function lastMark(text: string): (typeof shapes)[number] | null {
  let best: { shape: (typeof shapes)[number]; at: number } | null = null;
  for (const shape of shapes) {
    const at = Math.max(...shape.marks.map((mark) => text.lastIndexOf(mark)));
    if (at >= 0 && (best === null || at > best.at)) best = { shape, at };
  }
  return best?.shape ?? null;
}

/** The number of the round that is played, and the first player whose action is told, as the bundled prompts have them. */
function effects(text: string): object {
  const round = Number(/<now>\n[\s\S]*?round (\d+)/i.exec(text)?.[1] ?? 0);
  const player = /<actions>\n[\s\S]*?\(id ([^)\s]+)\)/.exec(text)?.[1] ?? null;
  return { players: [], features: [], winner_id: round >= 2 ? player : null };
}
