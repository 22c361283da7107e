/** What passes between our messages and errors and those of the NATS client. Connecting and subscribing is `bus-nats.ts`. */
import { headers as createHeaders, ErrorCode, type Msg, type MsgHdrs, NatsError } from 'nats';
import { ArenaError } from '../protocol/errors.ts';
import type { BusMessage } from './bus.ts';

const noHeaders: Readonly<Record<string, string>> = Object.freeze({});

export function received(message: Msg): BusMessage {
  const fields = message.headers;
  return {
    subject: message.subject,
    data: message.data,
    reply: message.reply || null,
    headers: fields ? Object.fromEntries(fields.keys().map((key) => [key, fields.get(key)])) : noHeaders,
    noResponders: fields?.code === 503 && message.data.length === 0,
  };
}

/** A short text as bytes of Node's pool: the client would make an array buffer of its own for each, which costs four times that. */
export function bytesOf(data: string | Uint8Array): Uint8Array {
  return typeof data === 'string' ? Buffer.from(data) : data;
}

/**
 * Checked headers as the client sends them. It asks them for `encode()` and for nothing else; written here, they need not be taken
 * apart and checked by the client once more, which took more time than all else of a small message.
 */
export function carried(headers: Readonly<Record<string, string>>): MsgHdrs {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value.trim()}\r\n`);
  const encoded = Buffer.from(`NATS/1.0\r\n${lines.join('')}\r\n`);
  return Object.assign(createHeaders(), { encode: () => encoded });
}

export function requestProblem(error: unknown, subject: string, timeoutMs: number): ArenaError {
  const code = error instanceof NatsError ? error.code : '';
  if (code === ErrorCode.NoResponders) return unavailable(`nobody listens on "${subject}"`, error);
  if (code === ErrorCode.Timeout) return unavailable(`no answer on "${subject}" within ${timeoutMs} ms`, error);
  if (code === ErrorCode.MaxPayloadExceeded) {
    return new ArenaError({ code: 'too_large', message: `the request on "${subject}" is too large` }, { cause: error });
  }
  return unavailable(`the request on "${subject}" failed: ${reason(error)}`, error);
}

export function reason(error: unknown): string {
  return error instanceof Error ? error.message : 'no reason given';
}

export function unavailable(message: string, cause?: unknown): ArenaError {
  return new ArenaError({ code: 'unavailable', message }, cause === undefined ? undefined : { cause });
}
