/**
 * The bus port: subjects with the rules of NATS. Its adapters are `bus-local.ts` (in process) and `bus-nats.ts`; the
 * contract suite `tests/bridge/bus-contract.ts` runs against both.
 */

export interface BusMessage {
  readonly subject: string;
  /** The body as bytes; empty when there is none. */
  readonly data: Uint8Array;
  readonly reply: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** True for the bus's own "503 no responders" status message: nobody listens to the subject that was asked. */
  readonly noResponders: boolean;
}

export interface PublishOptions {
  reply?: string;
  headers?: Record<string, string>;
}

export interface SubscribeOptions {
  /** Of all subscribers with the same queue name one gets a message. */
  queue?: string;
}

export interface Subscription {
  readonly subject: string;
  unsubscribe(): void;
}

/** `connected` is false while the server is away; the connection never gives up. */
export type BusStatus = { connected: boolean; detail: string };

/** A message that the bus has kept. Its id is its own, also when it is handed over again. */
export interface KeptMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly id: string;
}

export interface ConsumeOptions {
  /** Where it is kept; made when it is not there. Others may take from the same. */
  readonly stream: string;
  readonly subjects: readonly string[];
  /** Whose place in it this is: the same name goes on where it was. */
  readonly durable: string;
  /** It was taken when this resolves; a message whose taking rejects, or is cut off by a crash, comes again. */
  readonly take: (message: KeptMessage) => Promise<void>;
}

export interface Consumption {
  /** Resolves when all that was kept until now was taken, or after some seconds of trying. */
  caughtUp(): Promise<void>;
  stop(): Promise<void>;
}

/** One connection. A message that is published on it is not delivered to its own subscriptions when `noEcho` is set. */
export interface BusConnection {
  /**
   * Publishes at most once. Throws `ArenaError`: `invalid` for a subject that is empty, has an empty token, white space or
   * a wildcard, and for a header that NATS does not carry; `too_large` for a body beyond the server's limit (1 MiB unless
   * it is set otherwise); `unavailable` after `close`. Bytes are not copied: do not change them afterwards. A publication made while the server is away is thrown away: whoever owes it sends it again on `onReconnect`.
   */
  publish(subject: string, data: string | Uint8Array, options?: PublishOptions): void;
  /** `*` stands for one token, `>` for one or more at the end. A handler that throws is logged and nothing else. */
  subscribe(subject: string, handler: (message: BusMessage) => void, options?: SubscribeOptions): Subscription;
  /** Publishes and resolves with the first answer. Rejects with `ArenaError` `unavailable` when nobody listens or time is over. */
  request(
    subject: string,
    data: string | Uint8Array,
    options: { timeoutMs: number; headers?: Record<string, string> },
  ): Promise<BusMessage>;
  /**
   * Takes messages that the bus keeps, also those that came while nobody took them. Waits for the server, and resolves with null
   * when it keeps nothing. Left out by a bus that never does.
   */
  consume?(options: ConsumeOptions): Promise<Consumption | null>;
  /** Resolves when the server has all that was published before; rejects with `unavailable` while it is away. */
  flush(): Promise<void>;
  status(): BusStatus;
  /** Called each time the connection is there again after it was lost, and the first time when it was away at the start. */
  onReconnect(callback: () => void): void;
  onStatus(callback: (status: BusStatus) => void): void;
  /** Stops taking messages, flushes what can be flushed within `timeoutMs`, closes. */
  close(timeoutMs?: number): Promise<void>;
}

export interface Bus {
  /** Opens a connection. Resolves at once also when the server is away: the connection comes up when it can. */
  connect(options: { name: string; noEcho?: boolean }): Promise<BusConnection>;
  close(): Promise<void>;
}
