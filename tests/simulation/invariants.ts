/**
 * What must hold in a simulated world, whatever goes wrong: the four laws and what makes recovery sufficient. The checks of single
 * entries and sightings are in `entry-checks.ts`, those of how everything has ended in `end-checks.ts`.
 */
import type { Outbound } from '../../src/actors/job/state.ts';
import type { Address } from '../../src/actors/runtime/machine.ts';
import type { AgentRequest } from '../../src/protocol/messages.ts';
import { checkEnd, type EndFacts } from './end-checks.ts';
import { createEntryChecks } from './entry-checks.ts';
import { createLedger } from './ledger.ts';
import type { Arrival } from './network.ts';
import { createSightings } from './sightings.ts';
import type { Store } from './store.ts';
import type { Reply } from './users.ts';

export interface Invariants {
  /** A machine sends something to the world, in a process that owned the store until an offset. */
  sent(outbound: Outbound, address: Address, ownedUntil: number): void;
  /** A request has reached an agent. */
  asked(request: AgentRequest, body: string): void;
  /** The model is asked for the answer to a request, in a process that owned the store until an offset. */
  modelAsked(request: AgentRequest, ownedUntil: number): void;
  /** Something has reached the bus. */
  arrived(message: Arrival): void;
  replied(reply: Reply): void;
  /** Something that must never be was seen. */
  broken(what: string): void;
  /** Reads what was committed since, and judges it and what was seen meanwhile. */
  check(): Promise<void>;
  /** Judges how everything has ended. */
  checkEnd(facts: Omit<EndFacts, 'ledger' | 'store' | 'sightings'>): Promise<void>;
  readonly violations: readonly string[];
  /** The newest entries, for whoever has to find out why. */
  newest(count: number): string[];
}

export function createInvariants(store: Store): Invariants {
  const violations: string[] = [];
  const broken = (what: string) => {
    if (!violations.includes(what)) violations.push(what);
  };
  const ledger = createLedger(store);
  const entryChecks = createEntryChecks(broken);
  const sightings = createSightings({ ledger, lastOffset: store.lastOffset, broken });

  async function check(): Promise<void> {
    await ledger.catchUp(entryChecks, broken);
    sightings.judge();
  }

  return {
    sent: sightings.sent,
    asked: sightings.asked,
    modelAsked: sightings.modelAsked,
    arrived: sightings.arrived,
    replied: sightings.replied,
    broken,
    check,
    async checkEnd(facts) {
      await check();
      for (const what of await checkEnd({ ...facts, ledger, store, sightings })) broken(what);
    },
    violations,
    newest: (count) =>
      [...ledger.roots.values()]
        .flatMap(({ entries }) => entries)
        .sort((a, b) => a.offset - b.offset)
        .slice(-count)
        .map(({ at, root, position, stream, events, commandId }) =>
          [
            at,
            `${root} ${position}`,
            stream.slice(root.length),
            events.map(({ type }) => type).join('+'),
            commandId,
          ].join('  '),
        ),
  };
}
