/** What the contract of a bus is tried on: a bus that is opened anew for every test, and two who are connected to it. */
import { afterEach, beforeEach } from 'vitest';
import type { Bus, BusConnection } from '../../src/bridge/bus.ts';
import { ArenaError } from '../../src/protocol/errors.ts';
import type { LogLine } from '../support/clock.ts';
import { openInbox } from '../support/inbox.ts';

export interface BusUnderTest {
  readonly bus: Bus;
  readonly log: { readonly lines: readonly LogLine[] };
  stop(): Promise<void>;
}

/** What it holds is of the test that runs. */
export interface BusStage {
  readonly opened: BusUnderTest;
  readonly alice: BusConnection;
  readonly bob: BusConnection;
  /** Publishes a last message and waits until the other one has it: all that came before it has arrived by then. */
  settle(from: BusConnection, to: BusConnection): Promise<void>;
}

export function useBusStage(open: () => Promise<BusUnderTest>): BusStage {
  let opened: BusUnderTest;
  let alice: BusConnection;
  let bob: BusConnection;

  beforeEach(async () => {
    opened = await open();
    alice = await opened.bus.connect({ name: 'alice' });
    bob = await opened.bus.connect({ name: 'bob' });
  });

  afterEach(async () => {
    await opened.bus.close();
    await opened.stop();
  });

  return {
    get opened() {
      return opened;
    },
    get alice() {
      return alice;
    },
    get bob() {
      return bob;
    },
    settle: async (from, to) => {
      const marks = openInbox(to, 'contract.mark');
      await to.flush();
      from.publish('contract.mark', '');
      await marks.next();
      marks.unsubscribe();
    },
  };
}

/** The code of the refusal that a call throws. */
export function refusal(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof ArenaError) return error.code;
    throw error;
  }
  return 'nothing was refused';
}
