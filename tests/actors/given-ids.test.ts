/** Ids that callers give to jobs: of requests that come together, while the table is still being asked, one gets them. */
import { describe, expect, it } from 'vitest';
import { createGivenIds } from '../../src/actors/given-ids.ts';

function staged(kept: { id: string; stream: string }[] = []) {
  const asked = Promise.withResolvers<typeof kept>();
  const ids = createGivenIds({ inMemory: { addressOf: () => null }, table: { streamsOf: () => asked.promise } });
  return { ids, tableAnswers: () => asked.resolve(kept) };
}

describe('ids that are being given', () => {
  it("are nobody else's, however long the table takes to say whether they are taken", async () => {
    const { ids, tableAnswers } = staged();
    const first = ids.during(['a-b-c', 'd-e-f'], 'job/first-of-two', async () => 'made');
    await expect(ids.during(['d-e-f'], 'job/second-of-two', async () => 'made')).rejects.toThrow(
      'd-e-f exists already',
    );
    tableAnswers();
    expect(await first).toBe('made');
    expect(await ids.during(['d-e-f'], 'job/second-of-two', async () => 'made'), 'the first is elsewhere by now').toBe(
      'made',
    );
  });

  it('are held as long as any of several requests for the same tree is at it', async () => {
    const { ids, tableAnswers } = staged();
    tableAnswers();
    const held = Promise.withResolvers<void>();
    const slow = ids.during(['a-b-c'], 'job/a-b-c', () => held.promise);
    await ids.during(['a-b-c'], 'job/a-b-c', async () => undefined);
    await expect(ids.during(['a-b-c'], 'job/another-one', async () => 'made')).rejects.toThrow('a-b-c exists already');
    held.resolve();
    await slow;
  });

  it('are given back when a job elsewhere has one of them, and nothing is made', async () => {
    const { ids, tableAnswers } = staged([{ id: 'a-b-c', stream: 'job/somewhere-else/a-b-c' }]);
    tableAnswers();
    await expect(ids.during(['a-b-c', 'd-e-f'], 'job/g-h-i', async () => 'made')).rejects.toThrow(
      'a-b-c exists already',
    );
    await expect(ids.during(['d-e-f'], 'job/somewhere-else', async () => 'made')).resolves.toBe('made');
  });
});
