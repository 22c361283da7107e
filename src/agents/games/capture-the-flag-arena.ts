/** Capture the flag as people and language models read it: the field, its story and its rules. `capture-the-flag.ts` is the same as code. */
import type { GameArena } from './game.ts';

export const captureTheFlagKey = 'capture-the-flag';

export const captureTheFlagArena: GameArena = {
  name: 'Capture the Flag at Miller’s Ford',
  description:
    'Two villages, one meadow, and a feud older than the mill. Each spring Red and Blue plant a flag at their end of the field and try to bring home the other. The ground is soft from the thaw, the ford in the middle is worse, and the whole valley sits on the fences to watch.',
  width: 9,
  height: 7,
  max_random_features: 2,
  winning_condition:
    'The first player with 100 points wins. After the last round the highest score wins; two alike draw.',
  rules: `game: capture-the-flag

The first and the third player listed play for Red, the second and the fourth for Blue. A step goes to any of the eight cells
around. Each round a player does one thing; answer with "action" (one of the words below), "target", and a "narration".

walk <x,y>     up to 2 steps, always safe
run <x,y>      up to 4 steps. Each step after the second adds 10% to the chance to stumble, a flag in hand 8%, and rough ground
               at the end (any feature that is neither base nor flag) 50%. Who stumbles falls half-way, drops the flag that
               they carry, and is "winded": no running in the next round
grab <flag>    a flag at most 1 step away that nobody carries. The opponents' flag is then carried (20 points if it stood at its
               base). Your own flag, lying about, goes home (10 points). If an opponent guards the flag, half of the grabs fail
steal <player> from an opponent at most 1 step away who carries your flag: succeeds in 60% of the cases, 85% if they are winded.
               Your flag then goes home (20 points)
guard          stay where you are; protects your flag if it is at most 1 step away
wait           do nothing

Hands are quicker than feet: in every round grabs and steals come first, in an order drawn by lot, then all moves. Who ends a
round at their own base with the opponents' flag scores 60 points, and the flag goes back to its base. Several players may
stand on one cell. Whatever these rules do not allow is refused, and costs the turn.`,
  features: [
    { name: 'Red base', description: 'A ring of red-painted stones under a bare apple tree.', position: '1,4' },
    { name: 'Blue base', description: 'A ring of blue-painted stones beside the mill wheel.', position: '9,4' },
    { name: 'Red flag', description: 'Patched so often that nobody remembers the first cloth.', position: '1,4' },
    { name: 'Blue flag', description: 'Sewn from the sail of a boat that never came back for it.', position: '9,4' },
    { name: 'Muddy ford', description: 'Rough ground. Ankle-deep and colder than it looks.', position: '5,4' },
    { name: 'Fallen birch', description: 'Rough ground. Slick with moss, and just too wide to jump.', position: '5,2' },
    { name: 'Molehills', description: 'Rough ground. Dozens, and new ones every morning.', position: '5,6' },
  ],
};
