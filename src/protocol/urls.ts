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

/** The URL without the user and password that may stand before its host; everything else is as it was written. */
export function withoutCredentials(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/*)[^/?#]*@/i, '$1');
}

/** The user and password in a URL, as they are written and as they are meant; none is empty. */
export function credentialsIn(text: string): string[] {
  const url = URL.parse(text);
  if (!url) return [];
  const written = [url.username, url.password].filter((part) => part !== '');
  return [...new Set(written.flatMap((part) => [part, decoded(part)]))];
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
