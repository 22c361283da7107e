/** Contests over HTTP as something to keep and to take back: carried elsewhere as one document, forked, a round played again. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Contests } from '../../actors/contests.ts';
import { contestDocumentSchema } from '../../protocol/contest.ts';
import { forkContestSchema } from '../../protocol/contest-input.ts';
import { limits } from '../../protocol/limits.ts';
import { snapshotSchema } from '../../protocol/snapshot.ts';
import { commandHeaders, commandIdOf } from '../idempotency-key.ts';
import { bodyRefusals, flag, idParameters, journalRefusals, refusals } from '../schemas.ts';
import { refuseBody } from '../validation.ts';

const tags = ['contest'];

export function contestCarryingRoutes(contests: Contests): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/contest/:id/fork',
      {
        config: { launches: 'contest' },
        schema: {
          tags,
          summary:
            'Make a new contest that has the rounds up to and with one that has ended, and then goes its own way',
          description:
            'It is in `created`. After its role call it goes on behind that round: nothing that was asked before is asked again. What is ' +
            'not overridden stays as it was; a participant that takes over has the place, the score and what the other one carried.',
          params: idParameters,
          body: forkContestSchema,
          response: { 200: contestDocumentSchema, ...refusals(...bodyRefusals, 'not_found', 'conflict') },
        },
      },
      async (request) => contests.fork(request.params.id, request.body, { causedBy: request.cause }),
    );

    app.post(
      '/contest/:id/round/:round_no/restart',
      {
        preValidation: refuseBody,
        schema: {
          tags,
          summary: 'Play the newest round again from its start',
          description:
            'While the contest is in it, between it and the next one, or has failed in it. What was played stays in the journal and counts ' +
            'for nothing any more, failed turns included; whoever was put out by it is in again.',
          params: idParameters.extend({ round_no: z.coerce.number().int().min(0) }),
          headers: commandHeaders,
          response: {
            200: contestDocumentSchema,
            ...refusals(...bodyRefusals, 'not_found', 'conflict'),
          },
        },
      },
      async (request) => {
        const { id, round_no: roundNo } = request.params;
        return contests.restartRound(id, roundNo, commandIdOf(request.headers, 'restart', id, roundNo));
      },
    );

    app.get(
      '/contest/:id/snapshot',
      {
        schema: {
          tags,
          summary: 'Take the whole contest out as one document',
          description:
            'Everything that has happened, with what the contest needs of the catalogue (never a key), sealed: each entry has the hash ' +
            'of itself and of all before it, and the document one of the whole.',
          params: idParameters,
          response: { 200: snapshotSchema, ...refusals(...journalRefusals) },
        },
      },
      async (request) => contests.snapshot(request.params.id),
    );

    app.post(
      '/contest/restore',
      {
        config: { launches: 'contest' },
        bodyLimit: limits.bulkBodyBytes,
        schema: {
          tags,
          summary: 'Take a contest in from its document; it goes on where it was',
          description:
            'What the contest needs of the catalogue is made where it is missing. A document that is not as it was sealed is refused, and one ' +
            'that is no contest: `errors` names the entries, and what is wrong with their events. Nobody is told on the bus of what has ' +
            'happened elsewhere.',
          querystring: z.strictObject({
            as_new: flag.default(false).describe('as another contest, with ids of its own, beside one that is here'),
          }),
          body: snapshotSchema,
          response: { 200: contestDocumentSchema, ...refusals(...bodyRefusals, 'conflict') },
        },
      },
      async (request) => contests.restore(request.body, { asNew: request.query.as_new, causedBy: request.cause }),
    );
  };
}
