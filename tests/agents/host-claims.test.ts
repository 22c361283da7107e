/** Who makes a generation when several hosts could: every stand, every question, every answer. */
import { describe, expect, it } from 'vitest';
import { type ClaimState, claimEnd, isDecisive, isTakenFrom, reactionTo } from '../../src/agents/host-claims.ts';
import type { HostReply } from '../../src/protocol/host-messages.ts';

const spent = { agent: { tokens: 7, cost_usd: 0.5 }, contest: { tokens: 3, cost_usd: 0 } };
const none: HostReply = { host: 'b', state: 'none' };
const doubting: HostReply = { host: 'b', state: 'doubting' };
const working: HostReply = { host: 'b', state: 'working' };
const answered: HostReply = { host: 'b', state: 'answered', response: { state: 'complete', data: 'x' } };

describe('a host b that is asked', () => {
  it.each([
    // its claim, whether it doubts, who asks, what it says, its claim from then on
    [null, false, 'a', 'recorded', null],
    [null, false, 'c', 'recorded', null],
    [null, true, 'a', 'doubting', null],
    [null, true, 'c', 'doubting', null],
    ['undecided', false, 'a', 'none', 'yielded'],
    ['undecided', false, 'c', 'working', 'undecided'],
    ['undecided', true, 'a', 'none', 'yielded'],
    ['own', false, 'a', 'working', 'own'],
    ['own', false, 'c', 'working', 'own'],
    ['yielded', false, 'a', 'none', 'yielded'],
    ['yielded', false, 'c', 'none', 'yielded'],
  ] as const)('with the claim %s, in doubt: %s, says to %s: %s', (claim, isDoubted, asker, says, after) => {
    expect(reactionTo(asker, 'b', { claim, isDoubted })).toEqual({ says, claim: after });
  });

  it('and one that it asks at the same time never both go on, nor both yield', () => {
    const first: ClaimState = 'undecided';
    const [a, b] = [
      reactionTo('b', 'a', { claim: first, isDoubted: false }),
      reactionTo('a', 'b', { claim: first, isDoubted: false }),
    ];
    expect([a, b]).toEqual([
      { says: 'working', claim: 'undecided' },
      { says: 'none', claim: 'yielded' },
    ]);
    expect(claimEnd('undecided', [{ host: 'b', state: 'none' }]).held).toBe('here');
    expect(claimEnd('yielded', [{ host: 'a', state: 'working' }]).held).toBe('elsewhere');
  });
});

describe('a claim', () => {
  it.each([
    ['undecided', [], 'here'],
    ['undecided', [none, none], 'here'],
    ['undecided', [none, doubting], 'elsewhere'],
    ['undecided', [working], 'elsewhere'],
    ['undecided', [doubting, answered], 'answered'],
    ['yielded', [], 'elsewhere'],
    ['yielded', [none], 'elsewhere'],
    ['yielded', [answered], 'answered'],
  ] as const)('that is %s ends, after %j, with: %s', (claim, told, held) => {
    expect(claimEnd(claim, told).held).toBe(held);
  });

  it('that is won brings what was spent elsewhere, as far as it was said', () => {
    expect(claimEnd('undecided', [none, { ...none, spent }])).toEqual({ held: 'here', spentElsewhere: [spent] });
  });

  it('to what another has answered brings the answer', () => {
    expect(claimEnd('undecided', [answered])).toEqual({ held: 'answered', response: { state: 'complete', data: 'x' } });
  });
});

it.each([
  [none, false],
  [doubting, false],
  [working, true],
  [answered, true],
] as const)('%j settles a question: %s', (told, settles) => {
  expect(isDecisive(told)).toBe(settles);
});

it.each([
  ['a', [], false],
  ['a', [none], false],
  ['a', [doubting], false],
  ['c', [doubting], true],
  ['a', [working], true],
  ['a', [none, answered], true],
] as const)('what %s worked on before it was away is, after %j, taken: %s', (host, told, isTaken) => {
  expect(isTakenFrom(host, told)).toBe(isTaken);
});
