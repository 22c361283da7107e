/** The port between a root and the runtime: where effects leave the root, and how it says that it has failed, is closed or may be put to sleep. */
import type { Refusal } from '../../protocol/errors.ts';
import type { Json } from '../../protocol/json.ts';
import type { Address, Command, Machine } from './machine.ts';

export interface RootEdges {
  send(outbound: unknown, address: Address): void;
  /** Delivers to an actor of another root; a command that cannot be delivered is dropped, for no caller waits for it. */
  tellElsewhere(address: Address, command: Command, causedBy: string): void;
  reply(commandId: string, reply: Json): void;
  refuse(commandId: string, refusal: Refusal): void;
  /** An actor was spawned or brought back. */
  appeared(address: Address, machine: Machine, state: unknown): void;
  /** It has left memory. */
  vanished(address: Address, machine: Machine): void;
  /** The root cannot go on in memory: storage failed or a machine threw. It must be halted before this returns. */
  failed(error: Error): void;
  /** All is final, committed and handled. */
  closed(): void;
  /** Nothing is owed and nothing is on its way: the root may be put to sleep after a while. */
  rested(): void;
}
