/** When a contest is over for everybody: its seats are told of the last round after it has ended. */
import type { ContestDocument } from '../../src/protocol/contest.ts';
import type { ContestClient } from '../support/contest-client.ts';

/** Resolves with a contest that is complete when each seat that was asked in its rounds knows of the last one. */
export async function playedOut(client: ContestClient, id: string): Promise<ContestDocument> {
  const { participants, current_round } = await client.reach(id, 'complete');
  const stream = client.follow(id);
  for (const { id: seat, role, state } of participants) {
    if (role === 'arena' || state === 'out') continue;
    await stream.until(
      (entry) =>
        entry.stream.endsWith(`/participant/${seat}`) &&
        entry.events.some((event) => event.type === 'round_noted' && event.round_no === current_round),
    );
  }
  await stream.close();
  return client.get(id);
}
