/** A subscription whose messages a test takes one at a time, so that it waits for messages and never for time. */
import type { BusConnection, BusMessage, SubscribeOptions, Subscription } from '../../src/bridge/bus.ts';

export interface Inbox extends Subscription {
  /** Every message so far, taken or not. */
  readonly messages: BusMessage[];
  /** The bodies of all messages so far, as text. */
  bodies(): string[];
  /** The next message that was not taken yet. */
  next(): Promise<BusMessage>;
}

export function openInbox(connection: BusConnection, pattern: string, options?: SubscribeOptions): Inbox {
  const messages: BusMessage[] = [];
  const waiting: ((message: BusMessage) => void)[] = [];
  let taken = 0;
  const subscription = connection.subscribe(
    pattern,
    (message) => {
      messages.push(message);
      const take = waiting.shift();
      if (take) {
        taken += 1;
        take(message);
      }
    },
    options,
  );
  return {
    subject: pattern,
    messages,
    bodies: () => messages.map(bodyText),
    next: () => {
      const message = messages[taken];
      if (message) {
        taken += 1;
        return Promise.resolve(message);
      }
      return new Promise((resolve) => waiting.push(resolve));
    },
    unsubscribe: () => subscription.unsubscribe(),
  };
}

export function bodyText(message: BusMessage): string {
  return Buffer.from(message.data).toString('utf8');
}
