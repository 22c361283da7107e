/** What scripted players say about what they do; `%` stands for the target. */
import type { PlayerAction } from '../../protocol/messages.ts';
import { drawIndex } from '../../protocol/random.ts';
import type { Seat, Situation } from './situation.ts';

export const say = {
  steal: [
    'That is ours, %. Hand it over!',
    'One dive, % — one dive and we are even.',
    'I have been waiting for you, %.',
  ],
  recover: ['Come on, up with you, old rag. Home.', 'Nobody leaves our colours in the mud.'],
  carry: ['Legs, do not fail me now: %!', 'I can hear them behind me. To %.', 'Do not look back, only at %.'],
  chase: ['Cut them off at %!', 'They have to pass %, and so do I.', 'Not with our flag. Not today. %!'],
  guard: ['Come and try.', 'I can stand here all day.', 'Nobody touches that flag.'],
  grab: ['Mine!', 'So close that I can smell the cloth.', 'Got you — come along, %.'],
  advance: ['Nobody is watching the way to %.', 'Straight on to %.', 'A little closer: %.', 'Head down, and to %.'],
  retreat: ['Back to %; somebody has to mind the house.', 'I had better be at % when they come.'],
  wander: ['% looks as good as anywhere.', 'Let us see what % is like.', 'My feet say %, so % it is.'],
  wait: ['Patience.', 'I catch my breath.', 'I wait and see.'],
  search: ['Let us see what the sea has hidden in %.', 'Sleeves up. What is in %?', 'There must be something in %.'],
  sell: ['Weigh it twice, ferryman.', 'All of it, and a fair price, please.'],
  light: ['Burn, old girl. Let them see us from the mainland.', 'Oil, wick, spark. Stand back.'],
  unlock: ['The key turns. Of course it turns.', 'Forty years shut, and one small key.'],
  rob: ['What have you got there, %?', 'Nothing personal, %.', 'The sea took it once, %; I take it twice.'],
  rest: ['A moment on this rock, and I am new.', 'I bind the bruise and breathe.'],
  flee: ['The tide does not argue. Up to %!', 'Water in my boots: to %.'],
  hunt: ['% walks heavy. Heavy is good.', 'I only want to talk to %.'],
} as const satisfies Record<string, readonly string[]>;

/** An action with something said about it, drawn for this player and round. */
export function spoken(
  situation: Situation,
  me: Seat,
  action: string,
  target: string | null,
  phrases: readonly string[],
): PlayerAction {
  const phrase = phrases[drawIndex(phrases.length, situation.seed, situation.roundNo, me.place, action)] ?? '';
  return { action, target, narration: phrase.replaceAll('%', target ?? 'here') };
}
