/** All machines, and which of them lives at an address. */
import { kindOf } from './address.ts';
import { contestMachine } from './contest/machine.ts';
import { problemWithAnswer } from './contest/rules.ts';
import { renderPrompt } from './contest/view.ts';
import { createJobMachine } from './job/machine.ts';
import { participantMachine } from './participant/machine.ts';
import { roundMachine } from './round/machine.ts';
import type { Address, Machine } from './runtime/machine.ts';
import { setupMachine } from './setup/machine.ts';

const byKind = {
  contest: contestMachine,
  setup: setupMachine,
  participant: participantMachine,
  round: roundMachine,
  job: createJobMachine({ render: renderPrompt, problemWith: problemWithAnswer }),
};

/** The runtime knows machines by their functions only; what each takes and gives is its own business. */
export const machines = Object.values(byKind) as unknown as readonly Machine[];

export function machineOf(address: Address): Machine {
  return byKind[kindOf(address)] as unknown as Machine;
}
