/**
 * The one way out for HTTP calls to addresses that users give: checks where a call really goes, follows redirects one checked
 * step at a time, and keeps credentials out of messages. What is called, and what an answer means, is the caller's.
 */
import { lookup as systemLookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import type { Dispatcher, fetch, Response } from 'undici';
import { ArenaError } from '../protocol/errors.ts';
import { hostAllowance, addressProblem as publicAddressProblem } from './address-rules.ts';

interface OutboundRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

/**
 * Like `fetch`. Rejects with `ArenaError` `invalid` for a call that may not be made (also behind a redirect), and with what
 * `fetch` rejects with when the call fails.
 */
type OutboundFetch = (url: string, request?: OutboundRequest) => Promise<Response>;

export interface OutboundGate {
  readonly fetch: OutboundFetch;
  /** Host and port of this URL may be called from now on: for an address that is known only once it is listened at. */
  allow(url: string): void;
  /** The same gate for a caller of its own, who may also call host and port of these URLs. */
  fetchAlso(urls: readonly string[]): OutboundFetch;
  /** Cuts the connections, calls in flight included. */
  close(): Promise<void>;
}

/** What calls: connections to hosts that are listed, and those that are looked at first. */
interface HttpClient {
  readonly fetch: typeof fetch;
  readonly open: Dispatcher;
  readonly guarded: Dispatcher;
}

interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

export interface OutboundGateOptions {
  /** `host` or `host:port` of what may be called besides public addresses. */
  readonly allowHosts?: readonly string[];
  /** All addresses of a name; the system's resolver when left out. */
  readonly resolve?: (hostname: string) => Promise<readonly ResolvedAddress[]>;
  /** Why an address may not be called, or null; only public ones may when left out. */
  readonly addressProblem?: (address: string) => string | null;
  readonly connectTimeoutMs?: number;
}

const redirectsMax = 5;
const redirectStatuses = new Set([301, 302, 303, 307, 308]);
/** What is meant for the host that was named, and not for wherever that sends us. */
const secretHeaders = new Set([
  'authorization',
  'cookie',
  'proxy-authorization',
  'x-api-key',
  'x-arena-signature',
  'x-goog-api-key',
]);
const bodyHeaders = new Set(['content-type', 'content-length', 'content-encoding']);

export function createOutboundGate(options: OutboundGateOptions = {}): OutboundGate {
  const { addressProblem = publicAddressProblem, connectTimeoutMs = 3_000 } = options;
  const resolve = options.resolve ?? ((hostname) => systemLookup(hostname, { all: true }));
  const isListed = hostAllowance(options.allowHosts ?? []);
  const added = new Set<string>();
  let client: Promise<HttpClient> | null = null;
  let isClosed = false;

  /** Loaded for the first call: many arenas never make one. What could not be loaded, for want of files to open, the next call loads. */
  async function loadClient(): Promise<HttpClient> {
    const { Agent, fetch } = await import('undici');
    // Time limits beyond the connection's are the caller's, by its signal.
    const dispatcher = (lookup: LookupFunction): Dispatcher =>
      new Agent({
        connect: { lookup, timeout: connectTimeoutMs },
        allowH2: false,
        headersTimeout: 0,
        bodyTimeout: 0,
      });
    return {
      fetch,
      open: dispatcher(lookupWith(resolve, () => {})),
      guarded: dispatcher(lookupWith(resolve, checkAddresses)),
    };
  }

  /** Every address of the name must be allowed: a name that leads outside and inside is not trusted with either. */
  function checkAddresses(hostname: string, addresses: readonly ResolvedAddress[]): void {
    for (const { address } of addresses) {
      const problem = addressProblem(address);
      if (problem) throw forbidden(`${hostname} resolves to ${address}, which ${problem}${unlisted}`);
    }
  }

  const fetchWith =
    (also: ReadonlySet<string>) =>
    async (text: string, request: OutboundRequest = {}) => {
      let step = withCredentialsInHeader(parseUrl(text), request);
      for (let redirects = 0; redirects <= redirectsMax; redirects += 1) {
        const response = await fetchOnce(step, also);
        const location = response.headers.get('location');
        if (!redirectStatuses.has(response.status) || location === null) return response;
        await response.body?.cancel();
        step = redirected(step, response.status, location);
      }
      throw forbidden(`more than ${redirectsMax} redirects from ${shownUrl(text)}`);
    };

  async function fetchOnce({ url, request }: Step, also: ReadonlySet<string>): Promise<Response> {
    const isOpen = isListed(url) || added.has(url.host) || also.has(url.host);
    // A host that is an address already is never looked up.
    const literal = url.hostname.replace(/^\[|\]$/g, '');
    const problem = isOpen || !isAddress(literal) ? null : addressProblem(literal);
    if (problem) throw forbidden(`${url.host} ${problem}${unlisted}`);
    if (isClosed) throw new Error('no calls are made any more');
    client ??= loadClient().catch((error: unknown) => {
      client = null;
      throw error;
    });
    const { fetch, open, guarded } = await client;
    try {
      const { body, signal } = request;
      return await fetch(url, {
        method: request.method ?? 'GET',
        headers: { ...request.headers },
        redirect: 'manual',
        dispatcher: isOpen ? open : guarded,
        ...(body === undefined ? {} : { body }),
        ...(signal ? { signal } : {}),
      });
    } catch (error) {
      if (error instanceof Error && error.cause instanceof ArenaError) throw error.cause;
      throw error;
    }
  }

  return {
    fetch: fetchWith(new Set()),
    allow: (url) => added.add(new URL(url).host),
    fetchAlso: (urls) => fetchWith(new Set(urls.map((url) => new URL(url).host))),
    close: async () => {
      isClosed = true;
      const loaded = await client?.catch(() => null);
      await Promise.all([loaded?.open.destroy(), loaded?.guarded.destroy()]);
    },
  };
}

/** An address as a message may show it: without user, password, query and fragment. */
export function shownUrl(text: string): string {
  const url = URL.parse(text);
  return url ? `${url.protocol}//${url.host}${url.pathname}` : 'an address that cannot be read';
}

interface Step {
  readonly url: URL;
  readonly request: OutboundRequest;
}

function parseUrl(text: string, base?: URL): URL {
  const url = URL.parse(text, base?.href);
  if (!url) throw forbidden('an address that cannot be read');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw forbidden(`the scheme "${url.protocol}"`);
  return url;
}

/** `fetch` takes no credentials in an address; they mean basic authentication. */
function withCredentialsInHeader(url: URL, request: OutboundRequest): Step {
  if (url.username === '' && url.password === '') return { url, request };
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
  return { url: bare, request: { ...request, headers: { authorization, ...request.headers } } };
}

/** The next step, as browsers take it: 303 becomes a GET, and so does a POST after 301 or 302. */
function redirected({ url, request }: Step, status: number, location: string): Step {
  const target = parseUrl(location, url);
  const method = request.method ?? 'GET';
  const becomesGet = (status === 303 && method !== 'HEAD') || ((status === 301 || status === 302) && method === 'POST');
  const dropped = (name: string) =>
    (becomesGet && bodyHeaders.has(name)) || (target.origin !== url.origin && secretHeaders.has(name));
  const { body, headers = {}, ...rest } = request;
  return withCredentialsInHeader(target, {
    ...rest,
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !dropped(name.toLowerCase()))),
    ...(becomesGet ? { method: 'GET' } : body === undefined ? {} : { body }),
  });
}

/** The address that is checked is the one that is connected to, since both come from this one lookup. */
function lookupWith(
  resolve: (hostname: string) => Promise<readonly ResolvedAddress[]>,
  check: (hostname: string, addresses: readonly ResolvedAddress[]) => void,
): LookupFunction {
  return (hostname, lookupOptions, callback) => {
    const checked = resolve(hostname).then((addresses) => {
      check(hostname, addresses);
      const [first] = addresses;
      if (!first) throw Object.assign(new Error(`${hostname} has no address`), { code: 'ENOTFOUND' });
      return { first, addresses };
    });
    checked.then(
      ({ first, addresses }) => {
        if (lookupOptions.all) callback(null, [...addresses]);
        else callback(null, first.address, first.family);
      },
      (error: Error) => callback(error, []),
    );
  };
}

function isAddress(hostname: string): boolean {
  return /^[\d.]+$/.test(hostname) || hostname.includes(':');
}

/** What to do about an address that is not public. */
const unlisted = ', and not in allow_hosts (ARENA_ALLOW_HOSTS)';

function forbidden(what: string): ArenaError {
  return new ArenaError({ code: 'invalid', message: `not called: ${what}` });
}
