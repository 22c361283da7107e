/** `arena listen <subject>`: prints what is published on NATS, one line a message. */
import type { BusMessage } from '../../bridge/bus.ts';
import { createNatsBus } from '../../bridge/bus-nats.ts';
import { type Context, note, printLine, type Status, UsageError } from '../context.ts';
import type { InvocationOf } from '../invocation.ts';
import { clean } from '../live/text.ts';
import { aborted } from '../pause.ts';
import { stderrLog } from '../stderr-log.ts';

export async function runListen(invocation: InvocationOf<'listen'>, context: Context): Promise<Status> {
  const { terminal } = context;
  const { url } = context.config().nats;
  if (url === '')
    throw new UsageError(
      'Set ARENA_NATS_URL: without it the bus is inside the arena process, where nobody can listen.',
    );
  const bus = createNatsBus({ url, clock: terminal.clock, log: stderrLog(terminal) });
  try {
    const connection = await bus.connect({ name: 'arena listen' });
    connection.subscribe(invocation.subject, (message) =>
      printLine(terminal, invocation.json ? JSON.stringify(asJson(message)) : asLine(message)),
    );
    await connection.flush().catch(() => note(terminal, `There is no NATS server at ${url} yet; waiting for it.`));
    await aborted(terminal.signal);
  } finally {
    await bus.close();
  }
  return 0;
}

function asLine(message: BusMessage): string {
  return `${clean(message.subject)}  ${clean(textOf(message))}`;
}

function asJson(message: BusMessage): object {
  return { subject: message.subject, reply: message.reply, headers: message.headers, data: textOf(message) };
}

function textOf(message: BusMessage): string {
  return new TextDecoder().decode(message.data);
}
