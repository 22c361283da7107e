/** How everything in a simulated world must have ended once it has healed: final, told, counted, and the same when it is made again. */

import { isDeepStrictEqual } from 'node:util';
import { addressOf } from '../../src/actors/address.ts';
import { roundsIn, setupIn } from '../../src/actors/contest/reading.ts';
import type { ExistingContest } from '../../src/actors/contest/state.ts';
import type { ExistingJob } from '../../src/actors/job/state.ts';
import type { ExistingParticipant } from '../../src/actors/participant/state.ts';
import { foldRoot, shapeOf, statesAlong } from '../../src/actors/runtime/fold.ts';
import type { Row } from '../../src/actors/runtime/projection.ts';
import { machineOf, machines, projection, publicationsOf } from '../../src/machines.ts';
import { arenaId } from './arena-process.ts';
import type { Ledger, LedgerRoot } from './ledger.ts';
import type { Sightings } from './sightings.ts';
import type { Store } from './store.ts';
import { putRow } from './table-store.ts';

export interface EndFacts {
  readonly ledger: Ledger;
  readonly store: Store;
  readonly sightings: Sightings;
  /** The roots that somebody has begun. */
  readonly begun: readonly string[];
  /** How the roots are in memory, where they are. */
  readonly read: (root: string) => Promise<{ stateOf(address: string): unknown } | null>;
  readonly callsInFlight: { readonly inFlight: number; readonly waiting: number };
}

/** What does not hold. */
export async function checkEnd(facts: EndFacts): Promise<string[]> {
  const { ledger, store, begun } = facts;
  const found: string[] = [];
  for (const root of begun) if (!ledger.roots.has(root)) found.push(`${root} was begun and is not on disk`);
  for (const root of ledger.roots.values()) {
    found.push(...unended(root), ...miscounted(root), ...untold(root, facts));
    found.push(...(await refolded(root, facts)));
  }
  for (const { root } of await store.openRoots()) found.push(`${root} is over and would be brought back at a start`);
  const { inFlight, waiting } = facts.callsInFlight;
  if (inFlight + waiting > 0) found.push(`${inFlight} calls are in flight and ${waiting} wait, and nobody needs them`);
  found.push(...differingRows(facts));
  return found;
}

const finalStates: ReadonlySet<string> = new Set(['complete', 'fail', 'cancelled']);

function unended({ root, states }: LedgerRoot): string[] {
  return [...states].flatMap(([address, state]) => {
    const { kind } = machineOf(address);
    const name = (state as { state: string }).state;
    if ((kind === 'job' || kind === 'generation') && !finalStates.has(name)) return [`${address} is left in ${name}`];
    if (address === root && kind === 'contest' && name !== 'complete' && name !== 'cancelled')
      return [`${root} is left in ${name}`];
    return [];
  });
}

/** A seat has heard of each fault once, and a player's lost turns are those of its rounds. */
function miscounted(root: LedgerRoot): string[] {
  if (!root.root.startsWith('contest/')) return [];
  const contest = root.stateOf(root.root) as ExistingContest;
  const rounds = roundsIn(root, contest);
  const setup = setupIn(root, contest);
  const found: string[] = [];
  for (const { id } of contest.seats) {
    const seat = root.stateOf(addressOf.participant(contest.id, id)) as ExistingParticipant | undefined;
    if (!seat) continue;
    const inSetup = setup ? setup.faults.filter((one) => one.seat === id).flatMap(({ faults }) => faults).length : 0;
    const inRounds = rounds.flatMap((round) =>
      round.seats.filter((one) => one.id === id).flatMap(({ faults }) => faults),
    ).length;
    // A seat remembers the faults of plays that were given up as well; the rounds do not.
    const isPlayedAgain = rounds.some(({ play }) => play > 1);
    if (isPlayedAgain ? seat.faults < inSetup + inRounds : seat.faults !== inSetup + inRounds)
      found.push(`${id} counts ${seat.faults} faults, its setup and rounds ${inSetup + inRounds}`);
    const lost = rounds.filter(
      (round) =>
        round.state === 'round_complete' &&
        round.seats.some((one) => one.id === id && one.failed) &&
        round.start.players.some((player) => player.id === id),
    ).length;
    if ((contest.failures[id] ?? 0) !== lost)
      found.push(`${id} is said to have lost ${contest.failures[id] ?? 0} turns, and has lost ${lost}`);
  }
  return found;
}

/** Every notice has reached the bus, and every message of a job that says so. */
function untold({ root, entries, states }: LedgerRoot, { sightings }: EndFacts): string[] {
  const along = statesAlong(machineOf, entries);
  const missing = entries.flatMap((entry) => {
    const state = along.next().value;
    // Where it was adopted from, it was told.
    if (entry.adopted) return [];
    return publicationsOf({ ...entry, state }).flatMap((_, index) => {
      const id = `${arenaId}.${root}.${entry.position}.${index}`;
      return sightings.notices.has(id) ? [] : [`the notice ${id} was never told`];
    });
  });
  const unsaid = [...states.values()].flatMap((state) => {
    const job = state as ExistingJob;
    const isSaid = job.type !== 'message' || job.state !== 'complete' || sightings.messages.has(job.id);
    return isSaid ? [] : [`job ${job.id} is complete, and its message was never published`];
  });
  return [...missing, ...unsaid];
}

/** In memory, from a snapshot and from the journal alone: the same states. */
async function refolded({ root, entries, states }: LedgerRoot, { store, read }: EndFacts): Promise<string[]> {
  const found: string[] = [];
  const differs = (of: { stateOf(address: string): unknown }) =>
    [...states].find(([address, state]) => {
      const other = of.stateOf(address);
      return other !== undefined && !isDeepStrictEqual(plain(other), plain(state));
    })?.[0];
  const snapshot = await store.loadSnapshot(root);
  if (snapshot && snapshot.shape === shapeOf(machines)) {
    try {
      const folded = foldRoot(root, machineOf, entries.slice(snapshot.position), snapshot);
      const address = differs(folded);
      if (address !== undefined)
        found.push(`${address} is another from the snapshot of ${root} at ${snapshot.position}`);
    } catch (error) {
      found.push(`${root} cannot be folded from its snapshot: ${String(error)}`);
    }
  }
  const live = await read(root);
  const address = live ? differs(live) : undefined;
  if (address !== undefined) found.push(`${address} is another in memory than on disk`);
  return found;
}

/** As it would be read back: what is undefined is not there. */
function plain(state: unknown): unknown {
  return JSON.parse(JSON.stringify(state));
}

/** The tables are what a rebuild from the journal gives. */
function differingRows({ ledger, store }: EndFacts): string[] {
  const rebuilt = new Map<string, Row>();
  for (const { entries } of ledger.roots.values()) {
    for (const stream of projection.fold(entries)) for (const row of projection.rowsOf(stream)) putRow(rebuilt, row);
  }
  const { rows } = store.tables;
  const keys = new Set([...rows.keys(), ...rebuilt.keys()]);
  return [...keys]
    .filter((key) => !isDeepStrictEqual(rows.get(key), rebuilt.get(key)))
    .map((key) => `the row ${key} is another than a rebuild gives`);
}
