/** An agent on the bus, asked on its subjects as the arena asks it: the reply subject is the one of its responses. */
import type { Clock } from '../../actors/runtime/ports.ts';
import type { BusConnection, BusMessage } from '../../bridge/bus.ts';
import { requestSubject, responseSubject } from '../../protocol/channels.ts';
import { ArenaError, messageOf } from '../../protocol/errors.ts';
import type { FaultKind } from '../../protocol/states.ts';
import { isStreamAck } from '../../protocol/stream-ack.ts';
import type { AskedAgent, Came } from './asked-agent.ts';

const decoder = new TextDecoder();

/** `prefix` is what the participant's endpoint stands for, such as `actor.agent.<id>`. The connection is closed with it. */
export function askOverBus(connection: BusConnection, prefix: string, clock: Clock): AskedAgent {
  const waiting = new Map<string, (message: BusMessage) => void>();
  /** Answers that nobody waited for: pushed after a pending, late, or one too many. */
  const unclaimed = new Map<string, BusMessage[]>();
  /** Requests that were given up, each of which may still be answered once. */
  const givenUp = new Map<string, number>();
  connection.subscribe(`${prefix}.response.>`, (message) => {
    if (isStreamAck(decoder.decode(message.data))) return;
    const take = waiting.get(message.subject);
    if (take) take(message);
    else unclaimed.set(message.subject, [...(unclaimed.get(message.subject) ?? []), message]);
  });

  function send(reply: string, question: Parameters<AskedAgent['ask']>[0]): string | null {
    const { connected, detail } = connection.status();
    if (!connected) return `the bus is away: ${detail}`;
    try {
      const subject = requestSubject(prefix, question.command, question.job_id);
      connection.publish(subject, JSON.stringify(question), { reply });
      return null;
    } catch (error) {
      const isTooLarge = error instanceof ArenaError && error.code === 'too_large';
      const hint = isTooLarge ? '; the NATS server must let messages of 1 MiB through, which is its default' : '';
      return `${messageOf(error)}${hint}`;
    }
  }

  return {
    address: `subject ${prefix}`,
    ask(question, { patienceMs, again = false }) {
      const begun = clock.now();
      const reply = responseSubject(prefix, question.command, question.job_id);
      const body = (message: BusMessage): Came => ({
        kind: 'body',
        body: decoder.decode(message.data),
        elapsedMs: clock.now() - begun,
      });
      const pushed = again ? unclaimed.get(reply)?.shift() : undefined;
      if (pushed) return Promise.resolve(body(pushed));
      return new Promise((resolve) => {
        const end = (came: Came) => {
          stopTimer();
          waiting.delete(reply);
          resolve(came);
        };
        const fault = (kind: FaultKind, message: string) =>
          end({ kind: 'fault', fault: kind, message, elapsedMs: clock.now() - begun });
        const stopTimer = clock.after(patienceMs, () => {
          givenUp.set(reply, (givenUp.get(reply) ?? 0) + 1);
          fault('timeout', `no answer within ${patienceMs} ms`);
        });
        waiting.set(reply, (message) => {
          if (message.noResponders) fault('unreachable', 'nobody listens to the subject of the request');
          else end(body(message));
        });
        const problem = send(reply, question);
        if (problem !== null) fault('unreachable', problem);
      });
    },
    surplus: () =>
      [...unclaimed].reduce(
        (sum, [reply, messages]) => sum + Math.max(0, messages.length - (givenUp.get(reply) ?? 0)),
        0,
      ),
    close: () => connection.close(),
  };
}
