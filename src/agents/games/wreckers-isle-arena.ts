/** Low tide at Wreckers' Isle as people and language models read it. `wreckers-isle.ts` is the same as code. */
import type { GameArena } from './game.ts';

export const wreckersIsleKey = 'wreckers-isle';

export const wreckersIsleArena: GameArena = {
  name: 'Low Tide at Wreckers’ Isle',
  description:
    'Twice a year the sea lets go of the isle for an hour. What three hundred years of wrecks have left lies open then: pearls and coins, a key that fits one door, and oil for a lamp that has not burned since the keeper rowed away. The ferryman buys whatever you bring him. He does not wait, and neither does the tide.',
  width: 9,
  height: 8,
  max_random_features: 2,
  winning_condition:
    'The first player with 100 points wins. When the tide has taken the last wreck, or nothing is left that scores, the highest score wins; two alike draw.',
  rules: `game: wreckers-isle

A step goes to any of the eight cells around. Each round a player does one thing; answer with "action" (one of the words
below), "target", and a "narration". What is "beside" you is at most 1 step away.

walk <x,y>       up to 2 steps, always safe on firm ground
run <x,y>        up to 4 steps; each step after the second adds 12% to the chance to slip: half-way, and one degree hurt
search <place>   a wreck beside you (any feature but Jetty, Lighthouse, Customs house and Quicksand). The first to search it
                 finds what it hides: a pearl, gold coins, silver cup, copper coins, brass key, lamp oil, rope, a crab that
                 bites (one degree hurt), or nothing. Then it is empty
sell             beside the Jetty: all your treasure is sold and gone. pearl 35, silver cup 25, gold coins 20, copper coins 10
light            beside the Lighthouse, with lamp oil, which is used up: 30 points. It burns once
unlock           beside the Customs house, with the brass key, which is used up: 40 points. It opens once
rob <player>     beside you, who carries something: 45% to take their best treasure. Who fails is hurt one degree
rest             one degree better
wait             do nothing

Health has three degrees: healthy, bruised, battered. Who is battered cannot run or rob; who is hurt while battered loses their
best treasure to the sea. Who ends a move on Quicksand is hurt one degree, unless they have a rope, which is then used up.

The tide: after round 4 row 8 is under water, after round 6 row 7 too, and so on, a row every second round. Whoever is in a row
that goes under is washed up in the nearest dry row, and hurt one degree unless a rope (used up) holds them. What is under
water cannot be searched any more. Nobody can walk into the water.

What you carry and what you have is yours to know: nobody else sees your inventory. If several want the same thing in the same
round, lots are drawn. Actions by hand come before moves. Whatever these rules do not allow is refused, and costs the turn.`,
  features: [
    { name: 'Jetty', description: 'The ferryman sits on his box of coins and looks at the water.', position: '5,1' },
    { name: 'Lighthouse', description: 'Dark. The lamp is dry, and the lens full of gulls.', position: '9,2' },
    {
      name: 'Customs house',
      description: 'Locked. An iron door, a brass keyhole, and a draught that smells of money.',
      position: '1,2',
    },
    { name: 'Fishing nets', description: 'A hill of them, and something square in the middle.', position: '4,4' },
    { name: 'Rock pool', description: 'Clear as glass down to an arm’s length.', position: '7,4' },
    { name: 'Broken hull', description: 'Ribs of oak, and a hold full of shadow.', position: '2,5' },
    { name: 'Captain’s cabin', description: 'Only the cabin: the ship is somewhere else.', position: '8,6' },
    { name: 'Cracked barrel', description: 'It gurgles when the wind turns.', position: '5,6' },
    { name: 'Tide cave', description: 'It breathes in, and it breathes out.', position: '3,7' },
    { name: 'Kelp-hung chest', description: 'The lock is gone. The lid is heavy.', position: '1,8' },
    { name: 'Drowned belfry', description: 'The bell rings by itself when the water comes.', position: '7,8' },
    { name: 'Quicksand', description: 'Smooth, pale and patient.', position: '4,6' },
    { name: 'Quicksand', description: 'Smooth, pale and patient.', position: '6,5' },
  ],
};
