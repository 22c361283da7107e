/** Doubles messages within roots, as recovery may: repeated in the state it led to, or later, an internal message changes nothing. */
import type { Address, Effect, Machine } from '../../src/actors/runtime/machine.ts';
import type { Draws } from '../support/draws.ts';
import type { Chaos } from './chaos.ts';

export function repeating(
  machineOf: (address: Address) => Machine,
  draws: Draws,
  chaos: Chaos,
): (address: Address) => Machine {
  const known = new Map<Machine, Machine>();

  function doubled(effects: readonly Effect[]): readonly Effect[] {
    return effects.flatMap((effect) => {
      const isMessage = effect.type === 'tell' || effect.type === 'notify';
      return isMessage && draws.chance(chaos.repeat) ? [effect, effect] : [effect];
    });
  }

  return (address) => {
    const machine = machineOf(address);
    const made = known.get(machine) ?? {
      ...machine,
      effects: (state, event, derived) => doubled(machine.effects(state, event, derived)),
      owed: (state, scope) => doubled(machine.owed(state, scope)),
    };
    known.set(machine, made);
    return made;
  };
}
