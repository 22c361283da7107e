/**
 * Answers of agents that the bus keeps while the arena is away: decides at the start whether there is such a bus, and takes them from
 * there once each. Whose answer a message is, is `agent-calls.ts`'s.
 */
import type { JobCommand } from '../actors/job/state.ts';
import type { Clock, Log } from '../actors/runtime/ports.ts';
import { responsesPattern } from '../protocol/channels.ts';
import { ArenaError } from '../protocol/errors.ts';
import type { BusConnection, Consumption, KeptMessage } from './bus.ts';

/** What is to be kept, and for whom. */
export interface Keeping {
  /** Whose place among the kept answers it is. */
  readonly durable: string;
  /** Nobody is asked over the bus before it keeps the answers. */
  readonly required: boolean;
  /** Tells the job at an address, once for each id; resolves at the commit. Rejects with `ArenaError`. */
  readonly deliver: (address: string, command: JobCommand, id: string) => Promise<unknown>;
}

/** An answer to a job that is in memory. */
export interface FoundAnswer {
  readonly job: string;
  readonly address: string;
  readonly body: string;
  readonly from: string;
}

export interface KeptAnswers {
  /** Answers count as they come over the bus: nothing is kept that would bring them a second time. */
  areDirect(): boolean;
  /** Nobody is asked yet: the answer may be among those that were kept. */
  isHolding(): boolean;
  /** Resolves when what was kept is taken and requests may go out. */
  start(): Promise<void>;
}

const stream = 'ARENA_RESPONSES';
const retryMs = 2_000;

export function createKeptAnswers(options: {
  bus: BusConnection;
  clock: Clock;
  log: Log;
  keeping: Keeping | null;
  /** The answer that a message is; its request is not open any more. Null for one that is none. */
  take: (message: KeptMessage) => FoundAnswer | null;
}): KeptAnswers {
  const { bus, clock, log, keeping } = options;
  let phase: 'deciding' | 'direct' | 'kept' = keeping ? 'deciding' : 'direct';
  let holding = keeping !== null;

  /** Resolves when the answer is recorded, or is none. Rejects when it has to come again. */
  async function take(message: KeptMessage, { deliver }: Keeping): Promise<void> {
    const found = options.take(message);
    if (!found) return;
    const { job, address, body, from } = found;
    try {
      await deliver(address, { type: 'answer', from, body, compare_job: true }, message.id);
    } catch (error) {
      if (error instanceof ArenaError && (error.code === 'unavailable' || error.code === 'overloaded')) throw error;
      log.debug({ job, err: error }, 'an answer that was kept was refused');
    }
  }

  async function consume(needs: Keeping): Promise<Consumption | null> {
    const { durable, required } = needs;
    for (;;) {
      const consumption = await bus.consume?.({
        stream,
        subjects: [responsesPattern],
        durable,
        take: (message) => take(message, needs),
      });
      if (consumption || !required) return consumption ?? null;
      log.error({ stream }, 'nobody is asked until JetStream keeps the answers, as the configuration demands');
      await new Promise<void>((resolve) => void clock.after(retryMs, resolve));
    }
  }

  return {
    areDirect: () => phase === 'direct',
    isHolding: () => holding,
    async start() {
      if (!keeping) return;
      const consumption = await consume(keeping);
      phase = consumption ? 'kept' : 'direct';
      await consumption?.caughtUp();
      holding = false;
    },
  };
}
