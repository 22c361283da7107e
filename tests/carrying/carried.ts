/** What tests carry from one arena to another: a bundled game, its document, and what is the same in every play of it. */
import { bundledGames } from '../../src/agents/games/games.ts';
import type { ContestDocument } from '../../src/protocol/contest.ts';
import { type SnapshotDocument, snapshotSchema } from '../../src/protocol/snapshot.ts';
import { sealSnapshot, type UnsealedSnapshot } from '../../src/protocol/snapshot-seal.ts';
import type { RunningApp } from '../app/running-app.ts';
import { atOnce } from '../support/at-once.ts';

/** A bundled game of three rounds at most, its agents hosted by the arena. */
export function gameContest(change: object = {}): object {
  const [game] = bundledGames;
  if (!game) throw new Error('there is no bundled game');
  return {
    arena: game.arena,
    participants: game.defaultParticipants,
    ...game.settings,
    max_rounds: 3,
    seed: 7,
    start: true,
    ...change,
  };
}

export async function snapshotOf(app: RunningApp, id: string): Promise<SnapshotDocument> {
  const { status, body } = await app.client.send('GET', `/api/contest/${id}/snapshot`);
  if (status !== 200) throw new Error(`the snapshot was answered with ${status}: ${JSON.stringify(body)}`);
  return snapshotSchema.parse(body);
}

/** What was played, with ids replaced by whose they are, and without what depends on the clock. */
export function resultOf(contest: ContestDocument): unknown {
  const features = contest.rounds[0]?.start.features ?? [];
  const names: [id: string, name: string][] = [
    ...contest.participants.map(({ id, name }): [string, string] => [id, name]),
    ...features.map(({ id, name }, index): [string, string] => [id, `${name} (${index})`]),
  ];
  const { state, end_reason, winner_id, rounds } = contest;
  const played = rounds.map(({ stats, ...round }) => ({ ...round, actions_count: stats.actions_count }));
  return JSON.parse(
    names.reduce(
      (text, [id, name]) => text.replaceAll(id, name),
      JSON.stringify({ state, end_reason, winner_id, played }),
    ),
  );
}

/** The document as it would have been when the contest had so many entries. */
export function cutAt(whole: SnapshotDocument, position: number): SnapshotDocument {
  const { entries, ...contents } = unsealed(whole);
  return atOnce(sealSnapshot({ ...contents, position, entries: entries.slice(0, position) }));
}

export function unsealed({ hash: _, entries, ...contents }: SnapshotDocument): UnsealedSnapshot {
  return { ...contents, entries: entries.map(({ hash: _hash, ...entry }) => entry) };
}

/** The positions between two appends: those that a contest can have on disk. What was born of an entry was kept with it. */
export function positionsOnDisk({ entries }: SnapshotDocument): number[] {
  const isBorn = (one: SnapshotDocument['entries'][number]) => one.command_id === `${one.caused_by}/${one.position}`;
  return entries.flatMap(({ position }, index) => {
    const next = entries[index + 1];
    return next && isBorn(next) ? [] : [position];
  });
}
