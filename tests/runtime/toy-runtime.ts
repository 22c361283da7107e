/** A runtime of toys on a journal in memory, with simulated time, that is stopped with its test. */
import { onTestFinished } from 'vitest';
import type { SendOptions } from '../../src/actors/runtime/envelopes.ts';
import type { OpenRoot } from '../../src/actors/runtime/journal.ts';
import type { Machine } from '../../src/actors/runtime/machine.ts';
import { createRuntime, type Runtime, type RuntimeOptions } from '../../src/actors/runtime/runtime.ts';
import type { Json } from '../../src/protocol/json.ts';
import { createMemoryJournal, type MemoryJournal } from '../persistence/journal-memory.ts';
import { memoryLog } from '../support/clock.ts';
import { createSimulatedClock, type SimulatedClock, turns } from './simulated-time.ts';
import { type ToyCommand, toyMachine, toyParentOf, toyRootOf } from './toy.ts';

export interface ToyRuntime {
  readonly runtime: Runtime;
  readonly journal: MemoryJournal;
  readonly clock: SimulatedClock;
  readonly log: ReturnType<typeof memoryLog>;
  /** What was asked of the world, in order. */
  readonly sent: { readonly outbound: unknown; readonly address: string }[];
  /** Addresses that are in memory, as the runtime tells of them. */
  readonly present: Set<string>;
  begin(address: string, command?: Partial<ToyCommand>, options?: SendOptions): Promise<Json>;
  request(address: string, command: ToyCommand, options?: SendOptions): Promise<Json>;
  tell(address: string, command: ToyCommand): void;
  /** Events of a root as `<last segment>:<type>`, in order of position. */
  history(root: string): Promise<string[]>;
  statusOf(root: string): Promise<OpenRoot['status'] | undefined>;
}

export interface ToyRuntimeOptions extends Partial<RuntimeOptions> {
  readonly memory?: MemoryJournal;
  readonly simulated?: SimulatedClock;
  readonly machine?: Machine;
}

export function startToys(options: ToyRuntimeOptions = {}): ToyRuntime {
  const clock = options.simulated ?? createSimulatedClock();
  const journal = options.memory ?? createMemoryJournal({ clock });
  const log = memoryLog();
  const sent: ToyRuntime['sent'] = [];
  const present = new Set<string>();
  const machine = options.machine ?? toyMachine();
  const runtime = createRuntime({
    machines: [machine],
    machineOf: () => machine,
    rootOf: toyRootOf,
    parentOf: toyParentOf,
    journal,
    clock,
    log,
    send: (outbound, address) => void sent.push({ outbound, address }),
    appeared: (address) => void present.add(address),
    vanished: (address) => void present.delete(address),
    ...options,
  });
  onTestFinished(() => runtime.stop());
  return {
    runtime,
    journal,
    clock,
    log,
    sent,
    present,
    begin: (address, command = {}, sending) =>
      runtime.begin(address, { type: 'create', ...command } as ToyCommand, sending),
    request: (address, command, sending) => runtime.request(address, command, sending),
    tell: (address, command) => runtime.tell(address, command),
    history: async (root) =>
      (await journal.load(root)).flatMap(({ stream, events }) =>
        events.map(({ type }) => `${stream.slice(stream.lastIndexOf('/') + 1)}:${type}`),
      ),
    statusOf: async (root) => (await journal.openRoots()).find((open) => open.root === root)?.status,
  };
}

/** A second life on what the first has kept, as after the death of a process: for the first, time stands still. */
export function reborn(first: ToyRuntime, options: ToyRuntimeOptions = {}): ToyRuntime {
  const simulated = createSimulatedClock(first.clock.now());
  return startToys({ memory: first.journal.reopen(), simulated, ...options });
}

export type Outcome = { readonly reply: Json } | { readonly code: string };

/** What becomes of a promise within some turns of the event loop; `pending` when nothing does. */
export async function outcomeOf(promise: Promise<Json>, turnsMax = 40): Promise<Outcome | 'pending'> {
  let outcome: Outcome | 'pending' = 'pending';
  promise.then(
    (reply) => {
      outcome = { reply };
    },
    (error: { code?: string; message: string }) => {
      outcome = { code: error.code ?? error.message };
    },
  );
  await turns(turnsMax);
  return outcome;
}
