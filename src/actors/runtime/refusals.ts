/** What the runtime itself refuses, and how it says so. */
import { ArenaError, type Refusal } from '../../protocol/errors.ts';
import type { Address } from './machine.ts';
import { inboxMax, mailboxMax } from './mail.ts';

export const stopping: Refusal = { code: 'unavailable', message: 'the arena is stopping' };

export function alreadyThere(id: string): Refusal {
  return { code: 'conflict', message: `${id} exists already` };
}

export function unavailable(error: Error): Refusal {
  return {
    code: 'unavailable',
    message: `the arena could not keep this: ${error.message}${isRefusal(error) ? '' : '; ask again what became of it'}`,
  };
}

/** An append that the storage refuses is not kept: there is nothing to ask about. */
function isRefusal(error: Error): boolean {
  return error instanceof ArenaError && error.code === 'unavailable';
}

export function notFound(address: Address): Refusal {
  return { code: 'not_found', message: `there is nothing at ${address}` };
}

export function overloaded(address: Address): Refusal {
  return { code: 'overloaded', message: `${address} has ${mailboxMax} messages waiting; try again later` };
}

export function inboxFull(root: string): Refusal {
  return { code: 'overloaded', message: `${root} is being brought back and has ${inboxMax} commands waiting` };
}
