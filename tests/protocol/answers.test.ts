/** What agents really write, by name: how each oddity is read, and which fault it is when it cannot be. */
import { describe, expect, test } from 'vitest';
import { readAnswer } from '../../src/protocol/answers.ts';
import type { Json } from '../../src/protocol/json.ts';
import { limits } from '../../src/protocol/limits.ts';
import type { AskType } from '../../src/protocol/states.ts';

const move = { action: 'move', target: '3,4' };
const moveText = JSON.stringify(move);
const features = [{ name: 'Well', description: 'Deep.', position: '2,2' }];

describe('data that is read', () => {
  test.each<[name: string, ask: AskType, data: unknown, expected: unknown, altered: boolean]>([
    ['an object of the right shape', 'player_player_action', move, move, false],
    ['JSON in a text', 'player_player_action', moveText, move, false],
    ['JSON in a text in JSON', 'player_player_action', JSON.stringify(moveText), move, true],
    ['JSON wrapped as text five times', 'player_player_action', wrapped(moveText, 5), move, true],
    ['a response object around the answer', 'player_player_action', { state: 'complete', data: move }, move, true],
    [
      'a response object whose data is text',
      'player_player_action',
      { state: 'complete', data: `Here: ${moveText}` },
      move,
      true,
    ],
    [
      'a response object in a text',
      'player_player_action',
      JSON.stringify({ state: 'complete', data: moveText }),
      move,
      true,
    ],
    ['an object that holds the answer', 'player_player_action', { reply: move }, move, true],
    ['a list of one answer', 'player_player_action', `[${moveText}]`, move, true],
    [
      'thinking before the answer',
      'player_player_action',
      `<think>Perhaps {"action":"wait"}?</think>\n${moveText}`,
      move,
      true,
    ],
    ['thinking after the answer', 'player_player_action', `${moveText}<think>or {"action":"wait"}</think>`, move, true],
    ['thinking without its opening tag', 'player_player_action', `{"action":"wait"} no</think>${moveText}`, move, true],
    ['thinking that is never closed', 'player_player_action', `<think>I go. ${moveText}`, move, true],
    [
      'thinking tags inside a text of the answer',
      'player_player_action',
      '{"action":"say <think>"}',
      { action: 'say <think>' },
      false,
    ],
    ['a fenced block', 'player_player_action', `\`\`\`json\n${moveText}\n\`\`\``, move, true],
    ['prose before', 'player_player_action', `Sure: ${moveText}`, move, true],
    ['prose after', 'player_player_action', `${moveText}\nI hope that helps!`, move, true],
    ['brackets in prose before', 'player_player_action', `From [0, 1) I {carefully} go: ${moveText}`, move, true],
    ['a stray quotation mark in an open bracket', 'player_player_action', `[5" of mud! ${moveText}`, move, true],
    [
      'brackets and quotation marks inside a text',
      'player_player_action',
      '{"action":"say \\"}{\\" ]"} ok',
      { action: 'say "}{" ]' },
      true,
    ],
    [
      'two answers, of which the last counts',
      'player_player_action',
      `{"action":"wait"} No, rather ${moveText}`,
      move,
      true,
    ],
    [
      'JSON of another shape after the answer',
      'player_player_action',
      `${moveText} and my state: {"mood":"good"}`,
      move,
      true,
    ],
    ['a trailing comma', 'player_player_action', '{"action":"move","target":"3,4",}', move, true],
    ['single quotation marks', 'player_player_action', "{'action': 'move', 'target': '3,4'}", move, true],
    [
      'a real line break inside a text',
      'player_player_action',
      '{"action":"shout\nloud"}',
      { action: 'shout\nloud' },
      true,
    ],
    [
      '\\n written as two characters between values',
      'player_player_action',
      '{\\n  "action": "move",\\n  "target": "3,4"\\n}',
      move,
      true,
    ],
    ['a whole answer escaped', 'player_player_action', moveText.replaceAll('"', '\\"'), move, true],
    [
      'a whole answer escaped, with \\n',
      'player_player_action',
      `{\\n\\"action\\": \\"move\\",\\n\\"target\\": \\"3,4\\"}`,
      move,
      true,
    ],
    [
      'a placeholder before the list',
      'arena_generate_features',
      `[...] becomes ${JSON.stringify(features)}`,
      features,
      true,
    ],
    ['a list inside an object', 'arena_generate_features', { features, notes: [] }, features, true],
    ['an empty list', 'arena_generate_features', [], [], false],
    [
      'endPosition for end_position',
      'arena_generate_features',
      [{ name: 'Wall', position: '1,1', endPosition: '1, 3' }],
      [{ name: 'Wall', description: '', position: '1,1', end_position: '1,3' }],
      true,
    ],
    [
      'winnerId for winner_id',
      'judge_apply_effects',
      { winnerId: 'a-b-c' },
      { players: [], features: [], winner_id: 'a-b-c' },
      true,
    ],
    [
      'effects of which a part is left out',
      'judge_apply_effects',
      '{"players":[]}',
      { players: [], features: [] },
      false,
    ],
    [
      'null for what stays as it is',
      'judge_apply_effects',
      {
        players: [{ id: 'a', position: null, health: null, score: 3, inventory: null }],
        features: [{ id: 'b', position: '1,2', description: null }],
        winner_id: null,
      },
      { players: [{ id: 'a', score: 3 }], features: [{ id: 'b', position: '1,2' }], winner_id: null },
      true,
    ],
    ['a ruling in prose', 'judge_player_action_judgement', 'I rule:\n{"result":"runs"}', { result: 'runs' }, true],
    ['a healthy agent', 'health', { name: 'me', state: 'OK' }, { name: 'me', state: 'OK' }, false],
    ['plain text', 'announcer_describe_arena', 'A field.', 'A field.', false],
    ['plain text with thinking', 'announcer_describe_arena', '<think>hm</think>\nA field.', 'A field.', true],
    ['plain text in a fence', 'announcer_describe_results', '```text\nA field.\n```', 'A field.', true],
    ['plain text as a JSON text', 'announcer_describe_results', '"A field.\\nWide."', 'A field.\nWide.', true],
    [
      'plain text in a response object',
      'announcer_describe_results',
      '{"state":"complete","data":"A field."}',
      'A field.',
      true,
    ],
    [
      'plain text with \\n as two characters',
      'announcer_describe_results',
      'A field.\\nWide.',
      'A field.\nWide.',
      true,
    ],
    ['plain text with brackets', 'announcer_describe_results', 'Then [sic] {she} ran.', 'Then [sic] {she} ran.', false],
  ])('%s', (_name, ask, data, expected, altered) => {
    expect(readAnswer(ask, data)).toEqual({ ok: true, data: expected, altered });
  });
});

describe('data that is a fault', () => {
  test.each<[name: string, ask: AskType, data: unknown, kind: string, message: RegExp]>([
    ['nothing', 'player_player_action', undefined, 'empty', /expected {"action"/],
    ['null', 'announcer_describe_arena', null, 'empty', /plain text/],
    ['blanks', 'player_player_action', ' \n', 'empty', /no data/],
    ['prose only', 'player_player_action', 'I move to 3,4.', 'unparsable', /no JSON value/],
    ['prose in brackets only', 'player_player_action', 'I {move} to [the well]', 'unparsable', /no JSON value/],
    ['a placeholder only', 'arena_generate_features', 'The list is [...]', 'unparsable', /no JSON value/],
    ['an answer that breaks off', 'player_player_action', '{"action":"move","tar', 'truncated', /breaks off/],
    [
      'a list that breaks off',
      'arena_generate_features',
      '[{"name":"Well","position":"2,2"},{"na',
      'truncated',
      /breaks off/,
    ],
    [
      'a fence that breaks off',
      'judge_apply_effects',
      '```json\n{"players":[{"id":"a","score":3},',
      'truncated',
      /breaks off/,
    ],
    ['a missing action', 'player_player_action', { target: '1,1' }, 'invalid', /action: is missing/],
    ['an empty action', 'player_player_action', { action: ' ' }, 'invalid', /action/],
    ['a number for an action', 'player_player_action', '{"action":5}', 'invalid', /action: must be text, not 5/],
    ['a number', 'player_player_action', '42', 'invalid', /expected {"action"/],
    [
      'an action that is too long',
      'player_player_action',
      { action: 'x'.repeat(limits.action + 1) },
      'invalid',
      /action: /,
    ],
    [
      'a score with a fraction',
      'judge_apply_effects',
      { players: [{ id: 'a', score: 1.5 }] },
      'invalid',
      /players\[0\]\.score/,
    ],
    [
      'a score in words',
      'judge_apply_effects',
      { players: [{ id: 'a', score: '5' }] },
      'invalid',
      /players\[0\]\.score/,
    ],
    [
      'an object that says nothing of effects',
      'judge_apply_effects',
      { error: 'busy' },
      'invalid',
      /players, features, winner_id/,
    ],
    ['a feature without a name', 'arena_generate_features', [{ position: '1,1' }], 'invalid', /\[0\]\.name/],
    [
      'a bad list beside an empty one',
      'arena_generate_features',
      { features: [{ name: 'x' }], notes: [] },
      'invalid',
      /expected \[/,
    ],
    ['a list too long for anybody', 'arena_generate_features', new Array(20_000).fill(1), 'invalid', /20000 entries/],
    ['an agent that is not well', 'health', { state: 'fail' }, 'invalid', /state: must be OK/],
    ['health in prose', 'health', 'OK', 'unparsable', /no JSON value/],
    ['an object for plain text', 'announcer_describe_arena', { story: 'A field.' }, 'invalid', /plain text/],
    ['thinking only', 'announcer_describe_arena', '<think>let me see', 'truncated', /thinking/],
    [
      'an answer of more than 1 MiB',
      'player_player_action',
      'x'.repeat(limits.answerBytes + 1),
      'too_large',
      /1048577 bytes/,
    ],
  ])('%s', (_name, ask, data, kind, message) => {
    expect(readAnswer(ask, data)).toEqual({
      ok: false,
      fault: { kind, whose: 'agent', message: expect.stringMatching(message) },
    });
  });
});

function wrapped(text: string, times: number): Json {
  return times === 0 ? text : wrapped(JSON.stringify(text), times - 1);
}
