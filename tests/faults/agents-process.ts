/**
 * The process of the agents of a storm: answers every request with what follows from it, some after a while, a few badly, and writes
 * down which it has got. Arguments: the server's URL, the file, and a seed.
 */
import { appendFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { connect } from 'nats';
import { requestSchema } from '../../src/protocol/messages.ts';
import { drawFraction } from '../../src/protocol/random.ts';
import { wellBehaved } from '../support/good-answers.ts';

const [url = '', file = '', seed = '0'] = process.argv.slice(2);
const delayMaxMs = 400;
const badShare = 0.03;

const connection = await connect({
  servers: url,
  name: 'agents of a storm',
  maxReconnectAttempts: -1,
  waitOnFirstConnect: true,
  reconnectTimeWait: 100,
  pingInterval: 2_000,
});

connection.subscribe('actor.agent.*.request.>', {
  queue: 'storm',
  callback: async (_error, message) => {
    const request = requestSchema.parse(message.json());
    const { job_id, attempt, deadline, timeout_ms, command } = request;
    appendFileSync(file, `${JSON.stringify({ job_id, attempt, sent_at: deadline - timeout_ms })}\n`);
    if (command !== 'health') await wait(drawFraction(Number(seed), job_id, attempt, 'delay') * delayMaxMs);
    const isBad = drawFraction(Number(seed), job_id, attempt, 'bad') < badShare;
    if (!connection.isClosed())
      message.respond(isBad ? 'Let me think about that.' : JSON.stringify(wellBehaved(request)));
  },
});
// The server may be gone again already; it has the subscription when it is back.
await connection.flush().catch(() => {});
process.stderr.write('the agents listen\n');
