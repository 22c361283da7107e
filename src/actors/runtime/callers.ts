/** Who waits for the reply to a command, and that a command with an id of its caller's is carried out once. */
import { ArenaError, type Refusal } from '../../protocol/errors.ts';
import type { Json } from '../../protocol/json.ts';
import type { Journal } from './journal.ts';

interface Waiting {
  resolve(reply: Json): void;
  reject(error: ArenaError): void;
}

export interface Callers {
  /** Sends the command, and resolves or rejects with what comes of it. */
  wait(commandId: string, send: () => void): Promise<Json>;
  reply(commandId: string, reply: Json): void;
  refuse(commandId: string, refusal: Refusal): void;
  /** A command with its own id: one of the same id that is under way or was answered gives its reply. */
  once(commandId: string | undefined, carryOut: () => Promise<Json>): Promise<Json>;
  /** How many wait. */
  waiting(): number;
}

export function createCallers(journal: Pick<Journal, 'receipt'>): Callers {
  const waiting = new Map<string, Waiting>();
  const underWay = new Map<string, Promise<Json>>();

  function take(commandId: string): Waiting | undefined {
    const waiter = waiting.get(commandId);
    waiting.delete(commandId);
    return waiter;
  }

  async function recorded(commandId: string, carryOut: () => Promise<Json>): Promise<Json> {
    const receipt = await journal.receipt(commandId);
    return receipt ? receipt.reply : carryOut();
  }

  return {
    wait(commandId, send) {
      return new Promise((resolve, reject) => {
        waiting.set(commandId, { resolve, reject });
        send();
      });
    },
    reply: (commandId, reply) => take(commandId)?.resolve(reply),
    refuse: (commandId, refusal) => take(commandId)?.reject(new ArenaError(refusal)),
    async once(commandId, carryOut) {
      if (commandId === undefined) return carryOut();
      const same = underWay.get(commandId);
      if (same) return same;
      const outcome = recorded(commandId, carryOut);
      underWay.set(commandId, outcome);
      try {
        return await outcome;
      } finally {
        underWay.delete(commandId);
      }
    },
    waiting: () => waiting.size,
  };
}
