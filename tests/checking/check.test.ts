/** Good agents and bad ones are put through their paces: what is found is what a contest would have recorded, in words, with its cost. */
import { setTimeout as wait } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CheckReport } from '../../src/agents/checking/check.ts';
import type { Finding } from '../../src/agents/checking/findings.ts';
import { limits } from '../../src/protocol/limits.ts';
import type { AgentRequest } from '../../src/protocol/messages.ts';
import { wellBehaved } from '../support/nats-agents.ts';
import { playedGame, type TriedScript, tried, tryAgent } from './trying.ts';

let played: AgentRequest[];
beforeAll(async () => {
  played = await playedGame();
});

const everybody = ['player', 'judge', 'announcer', 'arena'] as const;

/** What is not fine, as `probe command: verdict (fault)`. */
function complaints({ findings }: CheckReport): string[] {
  return findings.filter(({ verdict }) => verdict !== 'fine').map(brief);
}

function brief({ probe, command, verdict, fault }: Finding): string {
  return `${probe} ${command}: ${verdict}${fault === null ? '' : ` (${fault})`}`;
}

function complete(asked: AgentRequest, data: unknown): object {
  return { job_id: asked.job_id, state: 'complete', data };
}

/** Answers well, and says fail to what it does not know. */
const good: TriedScript = (asked) =>
  asked.command.includes('song')
    ? [{ job_id: asked.job_id, state: 'fail', message: `I know no ${asked.command}` }]
    : [wellBehaved(asked)];

/** Does well but for prompts that `applies` to. */
function but(misdeed: TriedScript, applies: (asked: AgentRequest) => boolean = isPrompt): TriedScript {
  return (asked) => (applies(asked) ? misdeed(asked) : good(asked));
}

function isPrompt({ command }: AgentRequest): boolean {
  return command !== 'health' && !command.includes('song');
}

it('finds nothing wrong with an agent that answers well in every role', async () => {
  const report = await tryAgent(played, good, { roles: everybody });
  expect(complaints(report)).toEqual([]);
  expect(report).toMatchObject({ participant_id: tried, roles: everybody, verdict: 'fine' });
  const probes = Map.groupBy(report.findings, ({ probe }) => probe);
  expect([...probes].map(([probe, findings]) => [probe, findings.length])).toEqual([
    ['health', 1],
    ['prompt', 14],
    ['repeat', 6],
    ['raised attempt', 6],
    ['huge view', 6],
    ['at once', 1],
    ['short deadline', 1],
    ['unknown command', 1],
    ['still there', 1],
  ]);
});

it('asks what a seat was asked in the game, as if the agent had sat there', async () => {
  const asked: AgentRequest[] = [];
  await tryAgent(played, (request) => {
    asked.push(request);
    return good(request);
  });
  const prompts = asked.filter(isPrompt);
  expect(new Set(prompts.map(({ round_no }) => round_no)).size).toBeGreaterThanOrEqual(3);
  for (const { participant_id, data } of prompts) {
    const view = data.contest as {
      you?: { id: string };
      rounds?: { players: { id: string; inventory?: string[] }[] }[];
    };
    expect([participant_id, view.you?.id]).toEqual([tried, tried]);
    const players = view.rounds?.at(-1)?.players ?? [];
    // It sees what is its own, and nothing of the other's.
    expect(players.map(({ id, inventory }) => [id === tried, inventory !== undefined])).toEqual([
      [true, true],
      [false, false],
    ]);
  }
  const sizes = prompts.map(({ data }) => Buffer.byteLength(JSON.stringify(data)));
  expect(Math.max(...sizes)).toBeLessThanOrEqual(limits.viewBytes);
  expect(Math.max(...sizes)).toBeGreaterThan(limits.viewBytes * 0.9);
  expect(prompts.filter(({ attempt }) => attempt === 2).map(({ message }) => message)).toEqual([
    expect.stringContaining('off the grid'),
  ]);
});

describe('names the fault of an agent that', () => {
  it.each<[string, TriedScript, string]>([
    ['is silent', but(() => []), 'timeout'],
    ['answers with prose', but(() => ['I go north.']), 'unparsable'],
    ['answers with nothing', but(() => ['']), 'empty'],
    ['has no data', but(({ job_id }) => [{ job_id, state: 'complete' }]), 'empty'],
    ['says fail', but(({ job_id }) => [{ job_id, state: 'fail', message: 'no idea' }]), 'refused'],
    ['has no budget left', but(({ job_id }) => [{ job_id, state: 'fail', message: 'budget used up' }]), 'budget'],
    [
      'passes on what the provider of a model named after its budget said',
      but(({ job_id }) => [
        { job_id, state: 'fail', message: 'the provider of "budget-llm" answered with status 429' },
      ]),
      'refused',
    ],
    ['names another job', but((asked) => [{ ...wellBehaved(asked), job_id: 'another-job-here' }]), 'wrong_job'],
    ['gives an action of a wrong type', but((asked) => [complete(asked, { action: 7 })]), 'invalid'],
    ['breaks off', but((asked) => [complete(asked, '{"action": "wal')]), 'truncated'],
    ['leaves the grid', but((asked) => [complete(asked, { action: 'walk', target: '99,1' })]), 'invalid'],
    ['says too much', but((asked) => [complete(asked, { action: 'x'.repeat(limits.action + 1) })]), 'invalid'],
  ])('%s', async (_name, script, fault) => {
    // What answers has time for it on a busy machine, too.
    const report = await tryAgent(played, script, { timeoutMs: fault === 'timeout' ? 100 : 2_000 });
    expect(report.verdict).toBe('wrong');
    expect(complaints(report)).toEqual(Array(3).fill(`prompt player_player_action: wrong (${fault})`));
    const [finding] = report.findings.filter(({ verdict }) => verdict === 'wrong');
    expect(finding?.cost).toContain(`\`${fault}\``);
    expect(finding?.cost).toContain('`none`');
  });

  it('is not healthy', async () => {
    const ill: TriedScript = (asked) =>
      asked.command === 'health' ? [complete(asked, { name: 'Ill', state: 'tired' })] : good(asked);
    const report = await tryAgent(played, ill);
    expect(complaints(report)).toEqual(['health health: wrong (invalid)', 'still there health: wrong (invalid)']);
    expect(report.findings[0]?.cost).toContain('does not begin');
  });

  it('judges players that there are not, where only the judge is blamed', async () => {
    const blind = but(
      (asked) => [complete(asked, { players: [{ id: 'nobody-of-this-game', score: 1 }] })],
      ({ command }) => command === 'judge_apply_effects',
    );
    const report = await tryAgent(played, blind, { roles: ['judge'] });
    expect(complaints(report)).toEqual(Array(3).fill('prompt judge_apply_effects: wrong (invalid)'));
    expect(report.findings.find(({ verdict }) => verdict === 'wrong')).toMatchObject({
      message: 'players[0].id: there is no player "nobody-of-this-game"',
      cost: expect.stringContaining('rests until somebody retries it'),
      answered: expect.stringContaining('nobody-of-this-game'),
    });
  });

  it('puts features off the grid', async () => {
    const far = but((asked) => [complete(asked, [{ name: 'Tree', description: '', position: '40,40' }])]);
    expect(complaints(await tryAgent(played, far, { roles: ['arena'] }))).toEqual([
      'prompt arena_generate_features: wrong (invalid)',
    ]);
  });
});

describe('finds out what only difficult questions show:', () => {
  const isRaised = ({ attempt }: AgentRequest) => attempt > 1;
  const isHuge = ({ data }: AgentRequest) => JSON.stringify(data).length > 100_000;
  const isShort = ({ timeout_ms }: AgentRequest) => timeout_ms === 500;

  it.each<[string, TriedScript, string[]]>([
    [
      'an agent that gives another answer each time',
      (() => {
        let count = 0;
        return but((asked) => [complete(asked, { action: `walk ${count++}` })]);
      })(),
      ['repeat player_player_action: advice'],
    ],
    [
      'one that gives up after a bad answer',
      but(() => ['What?'], isRaised),
      ['raised attempt player_player_action: wrong (unparsable)'],
    ],
    [
      'one that long views are too much for',
      but(() => [], isHuge),
      ['huge view player_player_action: wrong (timeout)'],
    ],
    [
      'one that takes its time',
      but(async (asked) => {
        await wait(600);
        return good(asked);
      }, isShort),
      ['short deadline player_player_action: advice (timeout)'],
    ],
    [
      'one that is silent when it does not understand',
      (asked) => (asked.command.includes('song') ? [] : good(asked)),
      ['unknown command null: advice'],
    ],
    [
      'one that sings',
      (asked) => (asked.command.includes('song') ? [complete(asked, 'la la la')] : good(asked)),
      ['unknown command null: advice'],
    ],
    [
      'one that wraps its answers',
      but((asked) => [complete(asked, '<think>hm</think>\n```json\n{"action": "walk"}\n```')]),
      Array(3).fill('prompt player_player_action: advice'),
    ],
    [
      'one that answers twice',
      but((asked) => [wellBehaved(asked), wellBehaved(asked)], isRaised),
      ['one answer null: advice'],
    ],
  ])('%s', async (_name, script, expected) => {
    const report = await tryAgent(played, script);
    expect(complaints(report)).toEqual(expected);
    expect(report.verdict).toBe(expected.some((complaint) => complaint.includes('wrong')) ? 'wrong' : 'advice');
  });

  it('one that mixes up what it is asked at the same time', async () => {
    let newest = '';
    const confused: TriedScript = but(async (asked) => {
      newest = asked.job_id;
      await wait(5);
      return [{ ...wellBehaved(asked), job_id: newest }];
    });
    expect(complaints(await tryAgent(played, confused))).toEqual(['at once player_player_action: wrong (wrong_job)']);
  });

  it('one that an unknown command kills', async () => {
    let isDead = false;
    const fragile: TriedScript = (asked) => {
      isDead ||= asked.command.includes('song');
      return isDead ? [] : good(asked);
    };
    const report = await tryAgent(played, fragile, { timeoutMs: 100 });
    expect(complaints(report)).toEqual(['unknown command null: advice', 'still there health: wrong (timeout)']);
  }, 20_000);
});

it('asks again while an agent says pending, and takes an answer that is pushed', async () => {
  let count = 0;
  const slow = but((asked) => {
    count += 1;
    // Every third question is answered at once, the others are not done yet; one of them pushes its answer afterwards.
    if (count % 3 === 0) return good(asked);
    const notYet = { job_id: asked.job_id, state: 'pending', delay: 100 };
    return count % 3 === 1 ? [notYet, wellBehaved(asked)] : [notYet];
  });
  const report = await tryAgent(played, slow, { timeoutMs: 5_000 });
  expect(report.findings.filter(({ verdict }) => verdict === 'wrong')).toEqual([]);
  expect(report.findings.some(({ message }) => message.includes('pending 1 times'))).toBe(true);
});

it('asks nothing more where nobody is', async () => {
  const report = await tryAgent(played, null);
  expect(report.findings.map(brief)).toEqual(['health health: wrong (unreachable)']);
});
