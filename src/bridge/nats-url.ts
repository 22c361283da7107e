/** Reads the configured address of a NATS server or cluster into what the client takes, and into a text without secrets. */
import type { ConnectionOptions } from 'nats';
import { ArenaError } from '../protocol/errors.ts';

export interface NatsServers {
  readonly options: Pick<ConnectionOptions, 'servers' | 'user' | 'pass' | 'token' | 'tls'>;
  /** The addresses as a log may show them. */
  readonly shown: string;
}

/**
 * `nats://[user:password@|token@]host[:port]` or `tls://…`, several by commas. The client reads no credentials from an
 * address, so those of the first one that has any are used for all. Throws `ArenaError` `invalid`.
 */
export function natsServers(text: string): NatsServers {
  const urls = text.split(',').map((each) => parse(each.trim()));
  const hosts = urls.map((url) => url.host);
  const withSecret = urls.find((url) => url.username !== '');
  return {
    options: {
      servers: hosts,
      ...(withSecret ? credentials(withSecret) : {}),
      ...(urls.some((url) => url.protocol === 'tls:') ? { tls: {} } : {}),
    },
    shown: hosts.join(','),
  };
}

function parse(text: string): URL {
  const url = URL.parse(text.includes('://') ? text : `nats://${text}`);
  if (!url || url.hostname === '' || !['nats:', 'tls:'].includes(url.protocol)) {
    throw new ArenaError({
      code: 'invalid',
      message: 'the address of a NATS server is nats://host:port or tls://host:port',
    });
  }
  return url;
}

function credentials(url: URL): { user: string; pass: string } | { token: string } {
  const user = decodeURIComponent(url.username);
  return url.password === '' ? { token: user } : { user, pass: decodeURIComponent(url.password) };
}
