/** Contests that are played again with a model exchanged in one seat. */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { ArenaError } from '../../src/protocol/errors.ts';
import { type EvaluationStage, stageEvaluation } from './evaluation-stage.ts';

let stage: EvaluationStage;
beforeAll(async () => {
  stage = await stageEvaluation();
});

describe('a contest with a model exchanged', () => {
  it('is the same but for that seat, and can be compared', async () => {
    const { participants } = await stage.app.client.get(stage.contestId);
    const [ada, bix] = participants;
    const { id } = await stage.send('POST', '/evaluation/exchange', {
      contest_id: stage.contestId,
      participant_id: bix?.id,
      model: 'legal',
    });
    const copy = await stage.app.client.reach(id, 'complete');
    const original = await stage.app.client.get(stage.contestId);
    expect(copy).toMatchObject({
      seed: original.seed,
      max_rounds: original.max_rounds,
      arena: { id: original.arena.id },
    });
    expect(copy.participants.map(({ name }) => name)).toEqual(original.participants.map(({ name }) => name));
    expect(copy.participants[0]?.id).toBe(ada?.id);
    expect(copy.participants[1]?.id).not.toBe(bix?.id);
    for (const round of copy.rounds)
      expect(round.players[1]).toMatchObject({ name: 'Bix', action: { action: 'wait' } });
  });

  it.each([
    ['a seat that it does not have', { participant_id: 'no-such-seat' }, 422],
    ['a contest that is not there', { contest_id: 'no-such-contest' }, 404],
  ])('is refused for %s', async (_what, change, status) => {
    const [ada] = (await stage.app.client.get(stage.contestId)).participants;
    await stage.send(
      'POST',
      '/evaluation/exchange',
      { contest_id: stage.contestId, participant_id: ada?.id, model: 'legal', ...change },
      status,
    );
  });

  it('leaves nobody behind when the copy cannot be made', async () => {
    const [ada] = (await stage.app.client.get(stage.contestId)).participants;
    const cast = async () => [
      await stage.send('GET', '/participant?limit=1000'),
      await stage.send('GET', '/agent?limit=1000'),
    ];
    const before = await cast();
    const clone = vi.spyOn(stage.app.arena.contests, 'clone').mockImplementationOnce(async () => {
      expect(await cast()).not.toEqual(before);
      throw new ArenaError({ code: 'unavailable', message: 'the disk is full' });
    });
    await stage.send(
      'POST',
      '/evaluation/exchange',
      { contest_id: stage.contestId, participant_id: ada?.id, model: 'legal' },
      503,
    );
    expect(clone).toHaveBeenCalledOnce();
    expect(await cast()).toEqual(before);
  });

  it('may be a clone with any other participant of the role', async () => {
    const { participants } = await stage.app.client.get(stage.contestId);
    const [ada, , judge] = participants;
    const { id: eve } = await stage.send('POST', '/participant', {
      name: 'Eve',
      role: 'player',
      agent: { model: 'script:runner' },
    });
    const copy = await stage.send('POST', `/contest/${stage.contestId}/clone`, {
      participants: { [String(ada?.id)]: eve },
    });
    expect(copy).toMatchObject({ state: 'created', participants: [{ id: eve, name: 'Eve' }, {}, {}, {}, {}] });
    const wrong = await stage.send(
      'POST',
      `/contest/${stage.contestId}/clone`,
      { participants: { [String(judge?.id)]: eve } },
      422,
    );
    expect(wrong.errors).toMatchObject([
      { path: `participants.${judge?.id}`, message: expect.stringContaining('judge') },
    ]);
  });
});
