/** URLs that callers give: the tokens in them, and what of them may be shown. */

/** What the tokens in a URL stand for. */
export interface UrlTokens {
  /** The job's id, for `$JOB$`. */
  readonly job: string;
  /** The base URL of the arena's server, for `$ARENA$`. */
  readonly arena: string;
  /** The base URL of the actors, for `$ACTOR$`. */
  readonly actor: string;
}

/** The URL that is called: the base URLs stand in it without a slash at their end, so that `$ARENA$/api/job` is one. */
export function withTokens(url: string, { job, arena, actor }: UrlTokens): string {
  return url
    .replaceAll('$JOB$', () => job)
    .replaceAll('$ARENA$', () => withoutSlash(arena))
    .replaceAll('$ACTOR$', () => withoutSlash(actor));
}

function withoutSlash(base: string): string {
  return base.replace(/\/+$/, '');
}

/**
 * The URL without the user and password that may stand before its host. Whoever reads a URL overlooks white space around it, line breaks
 * and tabs in it, and takes a backslash for a slash (WHATWG URL, 4.4): so must this, and leaves those out.
 */
export function withoutCredentials(url: string): string {
  return withoutIgnored(url).replace(/^([a-z][a-z0-9+.-]*:[/\\]*)[^/\\?#]*@/i, '$1');
}

function withoutIgnored(url: string): string {
  const first = [...url].findIndex((character) => character > ' ');
  return url.slice(Math.max(0, first)).replace(/[\t\n\r]/g, '');
}

/** The user and password in a URL, as they are written, as they are meant, and as a header carries them; none is empty. */
export function credentialsIn(text: string): string[] {
  const url = URL.parse(text);
  if (!url) return [];
  const written = [url.username, url.password].filter((part) => part !== '');
  if (written.length === 0) return [];
  const inHeader = Buffer.from(`${decoded(url.username)}:${decoded(url.password)}`).toString('base64');
  return [...new Set([inHeader, ...written.flatMap((part) => [part, decoded(part)])])];
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
