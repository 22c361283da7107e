/** How a game rules on an action: a rule for each of its verbs, and one refusal for everything else. */
import { readCommand, type Verbs } from './command.ts';
import type { Seat, Situation } from './situation.ts';
import { refused, type Verdict } from './verdict.ts';

export type Rulings<Verb extends string, Plan> = Readonly<
  Record<Verb, (situation: Situation, seat: Seat, target: string) => Verdict<Plan>>
>;

/** What an action comes to by the rules of a game. A verb that no rule is for is refused with those that there are. */
export function planBy<Verb extends string, Plan>(verbs: Verbs<Verb>, rulings: Rulings<Verb, Plan>) {
  return (situation: Situation, seat: Seat, action: { action: string; target: string | null }): Verdict<Plan> => {
    const { verb, target } = readCommand({ ...action, narration: null }, verbs);
    if (verb !== null) return rulings[verb](situation, seat, target);
    const known = Object.keys(verbs).join(', ');
    return refused(`"${action.action.slice(0, 60)}" is no action of this game; it knows ${known}`);
  };
}
