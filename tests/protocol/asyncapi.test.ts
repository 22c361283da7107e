/** The AsyncAPI document is valid by its own specification, whole, and says of each body what the schemas say. */
import specifications from '@asyncapi/specs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { asyncApiDocument } from '../../src/protocol/asyncapi.ts';
import { randomId } from '../../src/protocol/ids.ts';
import { namedSubjectNames } from '../../src/protocol/named-subjects.ts';
import { subjectChannels } from '../../src/protocol/subject-channels.ts';
import { parseSubject, subjects, watches } from '../../src/protocol/subjects.ts';

const document = asyncApiDocument({ version: '1.2.3', busHost: '127.0.0.1:4222' });
const channels = document.channels as Record<string, { address: string | null }>;
const addresses = Object.values(channels).flatMap(({ address }) => address ?? []);
const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });

describe('the AsyncAPI document', () => {
  it('is what the specification asks for', () => {
    const validate = ajv.compile(specifications.schemasWithoutId['3.0.0']);
    validate(document);
    expect(validate.errors).toBeNull();
  });

  it('refers only to what it holds', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = '']) => path);
    expect(references.length).toBeGreaterThan(300);
    const missing = references.filter((path) => lookedUp(document, path.split('/')) === undefined);
    expect(missing).toEqual([]);
  });

  it('has every subject of the catalogue, and nothing open but ids and numbers', () => {
    expect(new Set(subjectChannels.map(({ subject }) => subject))).toEqual(new Set(Object.keys(subjects)));
    const open = new Set(subjectChannels.flatMap((channel) => channel.open.map(({ name }) => name)));
    expect([...open].sort()).toEqual(['contest', 'generateJob', 'host', 'job', 'participant', 'question', 'round']);
    expect(new Set(addresses).size).toBe(subjectChannels.length);
  });

  it.each([
    'actor.agent.{participant}.request.judge_apply_effects.{job}',
    'actor.agent.{participant}.response.health.{job}',
    'actor.agent.{participant}.response.health',
    'actor.llm.{generateJob}.{job}.fail',
    'arena.contest.{contest}.contestflow.create_round.in_round',
    'arena.contest.{contest}.contestflow.check_end.{job}',
    'arena.contest.{contest}.roundmachine.judging_actions.pause',
    'sys.arena.job.update',
    'sys.actor.llmmodel.delete',
    'actor.host.{host}.reply.{question}',
  ])('has %s as a channel of its own', (address) => {
    expect(addresses).toContain(address);
  });

  it('gives each address the meaning that the arena reads in it', () => {
    for (const { address, subject, chosen } of subjectChannels) {
      const real = address.replace(/\{(round|question)\}/, '3').replace(/\{\w+\}/g, () => randomId());
      expect(parseSubject(real), address).toMatchObject({ name: subject, parameters: chosen });
    }
  });

  it('describes the wildcards of watchers, and they cover every channel', () => {
    const { description } = document.info as { description: string };
    for (const { pattern } of watches) expect(description).toContain(`\`${pattern}\``);
    const covered = watches.map(
      ({ pattern }) => new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '[^.]+').replace('>', '.+')}$`),
    );
    const uncovered = addresses.filter((address) => !covered.some((one) => one.test(address)));
    expect(uncovered).toEqual([]);
  });
});

describe('subjects that others name', () => {
  const operations = document.operations as Record<string, { action: string; reply?: object }>;

  it('are channels without an address, on which the arena sends or receives', () => {
    const nameless = Object.keys(channels).filter((id) => channels[id]?.address === null);
    expect(nameless).toEqual(namedSubjectNames);
    expect(operations).toMatchObject({
      completionChannel: { action: 'send' },
      jobChannel: { action: 'send' },
      jobMessage: { action: 'send' },
      prefixedRequest: { action: 'send' },
      prefixedResponse: { action: 'receive' },
    });
  });

  it('are those of replies too', () => {
    const reply = (name: string) => ({ reply: { channel: { $ref: `#/channels/${name}` } } });
    expect(operations['contestAdvance.check_end']).toMatchObject({ action: 'receive', ...reply('advanceReply') });
    expect(operations.jobRequest).toMatchObject({ action: 'receive', ...reply('jobReply') });
    expect(operations['agentRequest.health']).toMatchObject({ action: 'send', ...reply('agentResponse.health') });
  });
});

describe('the bodies', () => {
  ajv.addSchema({ ...document, $id: 'asyncapi' }, 'asyncapi');
  const isValid = (channel: string, body: unknown) =>
    ajv.validate({ $ref: `asyncapi#/components/messages/${channel}/payload` }, body);
  const request = {
    command: 'player_player_action',
    job_id: 'swift-red-fox',
    attempt: 1,
    contest_id: null,
    participant_id: 'calm-blue-owl',
    round_no: 0,
    deadline: 1,
    timeout_ms: 1,
    last_latency_ms: null,
    message: '',
    data: {},
  };

  it('are held to what the subject says', () => {
    expect(isValid('agentRequest.player_player_action', request)).toBe(true);
    expect(isValid('agentRequest.judge_apply_effects', request)).toBe(false);
    expect(isValid('agentRequest.player_player_action', { ...request, attempt: 0 })).toBe(false);
  });

  it('take an answer as JSON or as text, of the shape of what was asked', () => {
    const answer = (data: unknown) => isValid('agentResponse.player_player_action', { state: 'complete', data });
    expect(answer({ action: 'move', target: '1,2' })).toBe(true);
    expect(answer('{"action": "move"}')).toBe(true);
    expect(answer({ act: 'move' })).toBe(false);
    expect(isValid('agentResponse.player_player_action', { state: 'pending', delay: 100 })).toBe(true);
  });

  it('of jobs to make are those of HTTP, and to advance a contest any will do', () => {
    expect(isValid('jobRequest', { method: 'GET', url: 'https://example.org/' })).toBe(true);
    expect(isValid('jobRequest', { method: 'LOOK' })).toBe(false);
    expect(isValid('jobRequest', { method: 'FINAL', colour: 'red' })).toBe(false);
    expect(isValid('contestAdvance.check_end', '')).toBe(true);
    expect(isValid('jobReply', { error: { status: 422, detail: 'no' } })).toBe(true);
    expect(isValid('jobReply', { error: 'no' })).toBe(false);
  });
});

function lookedUp(node: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], node);
}
