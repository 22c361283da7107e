/** Every commit of a contest goes wrong once, in every way: whatever happens, the contest ends as if nothing had happened. */
import { describe, expect, test } from 'vitest';
import { contestIn } from '../../src/actors/contest/reading.ts';
import type { MemoryFault } from '../persistence/journal-memory.ts';
import { type Play, type Played, play } from './contest-play.ts';

const plays: Record<string, Play> = {
  'a contest of two rounds': { rounds: 2 },
  'a contest with silence, rubbish and retries': {
    rounds: 2,
    misdeed: ({ task, attempt }) => {
      if (task.type !== 'prompt') return null;
      if (task.round_no === 0 && task.participant_id === 'seat-number-0' && attempt === 1) return 'rubbish';
      if (task.round_no === 1 && task.participant_id === 'seat-number-1') return 'silent';
      if (task.prompt_type === 'judge_apply_effects' && attempt === 1) return 'rubbish';
      return null;
    },
  },
  'a contest that is stepped through': { rounds: 1, stepping: true },
  'a contest that is cancelled while a player is silent': {
    rounds: 3,
    misdeed: ({ task }) =>
      task.type === 'prompt' && task.round_no === 1 && task.participant_id === 'seat-number-0' ? 'silent' : null,
    cancelWhen: (folded) => contestIn(folded).round_no === 1,
  },
};

const faults: Record<string, MemoryFault> = {
  'the process dies before': { when: 'before', outcome: 'halt' },
  'the process dies after': { when: 'after', outcome: 'halt' },
  'storage fails before': { when: 'before', outcome: 'fail' },
  'storage fails after': { when: 'after', outcome: 'fail' },
};

/** What the contest was told, asked and answered, by machine: the order between machines may differ after a crash. */
function endOf({ document, entries }: Played): object {
  return {
    state: document.state,
    end_reason: document.end_reason,
    rounds: document.rounds.length,
    gaps: gapsIn(entries),
  };
}

function gapsIn(entries: Played['entries']): number[] {
  return entries.flatMap(({ position }, index) => (position === index + 1 ? [] : [position]));
}

describe.each(Object.entries(plays))('%s', (_name, what) => {
  test.each(Object.entries(faults))('ends alike when %s any of its commits', async (_fault, fault) => {
    const undisturbed = await play(what);
    expect(undisturbed.broken).toEqual([]);
    expect(undisturbed.openAtEnd).toEqual([]);
    expect(undisturbed.commits).toBeGreaterThan(10);
    for (let commitNo = 1; commitNo <= undisturbed.commits; commitNo += 1) {
      const disturbed = await play(what, { commitNo, ...fault });
      expect(disturbed.story, `commit ${commitNo}`).toEqual(undisturbed.story);
      expect(endOf(disturbed), `commit ${commitNo}`).toEqual(endOf(undisturbed));
      expect(disturbed.broken, `commit ${commitNo}`).toEqual([]);
      expect(disturbed.openAtEnd, `commit ${commitNo}`).toEqual([]);
    }
  });
});
