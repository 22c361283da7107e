/** The envelope of an answer: how the responses that agents and programs really send are read, and which fault it is when they cannot be. */
import { describe, expect, test } from 'vitest';
import { limits } from '../../src/protocol/limits.ts';
import { readResponse } from '../../src/protocol/responses.ts';

const move = { action: 'move', target: '3,4' };
const moveText = JSON.stringify(move);

describe('the envelope', () => {
  const complete = { job_id: 'a-b-c', state: 'complete' as const, data: move };

  test.each<[name: string, body: string, expected: unknown, altered: boolean]>([
    ['a response object', JSON.stringify(complete), complete, false],
    ['a response object as a JSON text', JSON.stringify(JSON.stringify(complete)), complete, true],
    [
      'a response object inside a response object',
      JSON.stringify({ ...complete, data: { state: 'complete', data: move } }),
      complete,
      true,
    ],
    [
      'a response object as text in its data',
      JSON.stringify({ ...complete, data: JSON.stringify({ state: 'complete', data: move }) }),
      complete,
      true,
    ],
    [
      'an inner failure',
      JSON.stringify({ ...complete, data: { state: 'fail', message: 'no key' } }),
      { job_id: 'a-b-c', state: 'fail', message: 'no key' },
      true,
    ],
    [
      'null for what is not there',
      '{"job_id":"a-b-c","state":"pending","delay":20,"message":null,"usage":null}',
      { job_id: 'a-b-c', state: 'pending', delay: 20 },
      false,
    ],
  ])('reads %s', (_name, body, response, altered) => {
    expect(readResponse(body, { jobId: 'a-b-c' })).toEqual({ ok: true, response, altered });
    expect(readResponse(new TextEncoder().encode(body))).toMatchObject({ ok: true });
  });

  test.each<[name: string, body: string, kind: string]>([
    ['no body', '', 'empty'],
    ['prose', 'Service unavailable', 'unparsable'],
    ['half a response', '{"state":"comp', 'truncated'],
    ['an answer without its envelope', moveText, 'invalid'],
    ["a stream's acknowledgement", '{"stream":"S","seq":3}', 'invalid'],
    ['an unknown state', '{"state":"done"}', 'invalid'],
    ['a list', '[]', 'invalid'],
    ["another job's answer", '{"job_id":"x-y-z","state":"complete"}', 'wrong_job'],
    ['nesting without end', '['.repeat(5_000), 'invalid'],
    ['more than 1 MiB', ' '.repeat(limits.answerBytes + 1), 'too_large'],
  ])('%s is a fault', (_name, body, kind) => {
    expect(readResponse(body, { jobId: 'a-b-c' })).toMatchObject({ ok: false, fault: { kind, whose: 'agent' } });
  });
});
