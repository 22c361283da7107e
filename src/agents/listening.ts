/** Takes requests from the bus and puts the answers where the arena expects them. What the answer is comes from `answering.ts`. */
import type { Log } from '../actors/runtime/ports.ts';
import type { BusConnection, BusMessage, Subscription } from '../bridge/bus.ts';
import { messageOf } from '../protocol/errors.ts';
import type { AgentResponse } from '../protocol/messages.ts';
import type { Answering } from './answering.ts';

/** Of all processes that serve the same agent, one gets a request. */
const queue = 'agents';

/** Answers everything that comes on a subject. The answer goes to the message's reply subject, which is its response subject. */
export function listen(connection: BusConnection, pattern: string, answering: Answering, log: Log): Subscription {
  return connection.subscribe(pattern, (message) => void answerMessage(connection, message, answering, log), { queue });
}

async function answerMessage(
  connection: BusConnection,
  message: BusMessage,
  answering: Answering,
  log: Log,
): Promise<void> {
  const { subject, reply } = message;
  if (message.noResponders || reply === null) return;
  const response = await answering.answer(message.data);
  if (response.state === 'fail') {
    log.warn({ subject, job: response.job_id, reason: response.message }, 'a request was not answered');
  }
  const problem = send(connection, reply, response);
  if (problem === null) return;
  // What cannot be sent (too large, not JSON) is told instead of leaving the arena to wait.
  log.error({ subject, job: response.job_id, reason: problem }, 'an answer could not be sent');
  const { job_id } = response;
  const failure: AgentResponse = { state: 'fail', message: `the answer could not be sent: ${problem}`.slice(0, 1_000) };
  send(connection, reply, job_id === undefined ? failure : { job_id, ...failure });
}

/** Why a response could not be handed to the bus, or null when it was. */
function send(connection: BusConnection, reply: string, response: AgentResponse): string | null {
  try {
    connection.publish(reply, JSON.stringify(response));
    return null;
  } catch (error) {
    return messageOf(error);
  }
}
