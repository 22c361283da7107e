import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  channelPrefix,
  channelProblem,
  defaultEndpoint,
  isChannelEndpoint,
  isDefaultPrefix,
  parseResponseSubject,
  requestPattern,
  requestSubject,
  responsePattern,
  responseSubject,
  responsesPattern,
} from '../../src/protocol/channels.ts';
import { promptTypes } from '../../src/protocol/states.ts';
import { subjects } from '../../src/protocol/subjects.ts';

const participant = 'amber-falcon-drifts-4k2j9x7q';
const job = 'brave-finch-runs-9z8y7x6w';

describe('a channel endpoint', () => {
  it('leads by default to the subjects of the catalogue', () => {
    const prefix = channelPrefix(defaultEndpoint, participant);
    expect(requestSubject(prefix, 'health', job)).toBe(
      subjects.agentRequest.build({ participant, askType: 'health', job }),
    );
    expect(responseSubject(prefix, 'judge_apply_effects', job)).toBe(
      subjects.agentResponse.build({ participant, askType: 'judge_apply_effects', job }),
    );
    expect(requestPattern(prefix)).toBe(`actor.agent.${participant}.request.>`);
    expect(responsePattern(prefix)).toBe(`actor.agent.${participant}.response.*.*`);
    expect(responsesPattern).toBe('actor.agent.*.response.*.*');
  });

  it('has the prefix of a default one wherever its answers are among those of all default ones', () => {
    expect(isDefaultPrefix(channelPrefix(defaultEndpoint, participant))).toBe(true);
    for (const prefix of ['actor.agent', 'actor.agent.a.b', 'actor.agents.a', 'lab.actor.agent.a', 'solo'])
      expect(isDefaultPrefix(prefix), prefix).toBe(false);
  });

  it('may have any other prefix, with the same tokens after it', () => {
    const prefix = channelPrefix('channel://lab.bots.$AGENT_ID$.v2', participant);
    expect(prefix).toBe(`lab.bots.${participant}.v2`);
    expect(requestSubject(prefix, 'health', job)).toBe(`lab.bots.${participant}.v2.request.health.${job}`);
    expect(channelPrefix('channel://solo', participant)).toBe('solo');
  });

  it.each([
    'http://example.org',
    'channel://',
    'channel://a..b',
    'channel://a b',
    'channel://a.*',
    'channel://a.>',
    'channel://arena.contest',
    'channel://sys',
    'channel://actor.llm.x',
    'channel://$JS.API',
    'channel://$SYS',
    'channel://_INBOX.x',
  ])('is refused when it is %s', (endpoint) => {
    expect(channelProblem(endpoint)).not.toBeNull();
    expect(() => channelPrefix(endpoint, participant)).toThrow('endpoint');
  });

  it('is not made reserved by the id that is put into it', () => {
    expect(channelProblem('channel://$AGENT_ID$')).toBeNull();
    expect(() => channelPrefix('channel://$AGENT_ID$', 'arena')).toThrow('reserved');
    expect(() => channelPrefix(defaultEndpoint, 'a.b')).toThrow('participant');
  });

  it('is told from an HTTP endpoint', () => {
    expect(isChannelEndpoint('channel://a')).toBe(true);
    expect(isChannelEndpoint('https://a')).toBe(false);
  });
});

describe('a response subject', () => {
  it('is taken apart into prefix, what was asked and the job', () => {
    expect(parseResponseSubject(`actor.agent.${participant}.response.health.${job}`)).toEqual({
      prefix: `actor.agent.${participant}`,
      askType: 'health',
      job,
    });
  });

  it('comes back from what was built, for any prefix', () => {
    const prefixes = fc.array(fc.constantFrom('a', 'response', 'health', 'request', 'x-1'), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(prefixes, fc.constantFrom(...promptTypes, 'health' as const), (tokens, askType) => {
        const prefix = tokens.join('.');
        expect(parseResponseSubject(responseSubject(prefix, askType, job))).toEqual({ prefix, askType, job });
      }),
    );
  });

  it.each([
    '',
    'response',
    `response.health.${job}`,
    `.response.health.${job}`,
    `actor.agent.${participant}.response.health`,
    `actor.agent.${participant}.request.health.${job}`,
    `actor.agent.${participant}.response.nonsense.${job}`,
    `actor.agent.${participant}.response.health.`,
    `actor.agent.${participant}.response.health.${job}.more`,
    `actor.agent.xresponse.health.${job}`,
    `actor..response.health.${job}`,
  ])('is not %j', (subject) => {
    expect(parseResponseSubject(subject)).toBeNull();
  });

  it('is not built for a job that is no token', () => {
    expect(() => responseSubject('a', 'health', 'b.c')).toThrow('job');
    expect(() => requestSubject('a', 'health', '')).toThrow('job');
  });
});
