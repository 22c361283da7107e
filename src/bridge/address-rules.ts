/** Which hosts and addresses may be called from here: public ones, and those that the configuration names. */
import ipaddr from 'ipaddr.js';
import { ArenaError } from '../protocol/errors.ts';

/** Public by their number, but answered by the cloud's own services to whoever is inside. */
const metadataAddresses = new Set(['168.63.129.16']);
const globalUnicastV6: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3];

/** Why an address may not be called, or null when it may: only public unicast ones, v4 inside of v6 included, may. */
export function addressProblem(address: string): string | null {
  if (!ipaddr.isValid(address)) return 'is no address';
  const parsed = ipaddr.process(address);
  const range = parsed.range();
  if (range !== 'unicast') return `is a ${range} address`;
  if (parsed instanceof ipaddr.IPv6 && !parsed.match(globalUnicastV6)) return 'is not a public address';
  if (metadataAddresses.has(parsed.toString())) return 'is a metadata address';
  return null;
}

/**
 * Whether a URL's host is on the list, for entries `host`, `host:port` and `[v6]:port`; without a port all of them are meant.
 * Names are compared as they are written, not by what they resolve to. Throws `ArenaError` `invalid` for an entry that is none.
 */
export function hostAllowance(entries: readonly string[]): (url: URL) => boolean {
  const allowed = new Set(entries.map(normalized));
  return (url) => allowed.has(url.hostname) || allowed.has(`${url.hostname}:${portOf(url)}`);
}

function normalized(entry: string): string {
  const text = entry.trim();
  const bare = ipaddr.IPv6.isValid(text) ? `[${text}]` : text;
  const url = URL.parse(`http://${bare}`);
  if (!url || url.host === '' || !/^[^/?#@\s]+$/.test(bare)) {
    throw new ArenaError({
      code: 'invalid',
      message: `allowed host ${JSON.stringify(entry)} is not "host" or "host:port"`,
    });
  }
  // The parser drops the default port, which was written to mean that one only.
  const port = /:(\d+)$/.exec(bare)?.[1];
  return port === undefined || bare.endsWith(']') ? url.hostname : `${url.hostname}:${Number(port)}`;
}

function portOf(url: URL): string {
  return url.port !== '' ? url.port : url.protocol === 'https:' ? '443' : '80';
}
