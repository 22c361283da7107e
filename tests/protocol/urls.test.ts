/** What of a URL that a caller gave may be shown: never its user and password, however the URL is written. */
import { describe, expect, it } from 'vitest';
import { credentialsIn, withoutCredentials } from '../../src/protocol/urls.ts';

describe('a URL as it is shown', () => {
  it.each([
    'http://me:secret@example.org/a?b=c@d#e',
    'https://secret@example.org/a?b=c@d#e',
    ' http://me:secret@example.org/a?b=c@d#e',
    '\u0001\thttp://me:secret@example.org/a?b=c@d#e',
    'ht\ttp://me:sec\nret@example.org/a?b=c@d#e',
    'http:/\\/me:secret@example.org/a?b=c@d#e',
    'http:\\\\me:secret@example.org/a?b=c@d#e',
    'http:me:secret@example.org/a?b=c@d#e',
    'http://me@you:secret@example.org/a?b=c@d#e',
  ])('goes to the same place without its credentials: %j', (url) => {
    const meant = new URL(url);
    meant.username = '';
    meant.password = '';
    const shown = withoutCredentials(url);
    expect(shown).not.toContain('secret');
    expect(new URL(shown).href).toBe(meant.href);
  });

  it.each(['http://example.org/@x', 'http://example.org\\@x', '$ARENA$/api/job/$JOB$?to=a@b', 'http://h/a b '])(
    'is as it was written when it has none: %j',
    (url) => {
      expect(withoutCredentials(url)).toBe(url);
    },
  );
});

describe('the credentials in a URL', () => {
  it('are told as they are written, as they are meant, and as a header has them', () => {
    expect(credentialsIn('http://me:p%40ss@example.org').sort()).toEqual(
      [btoa('me:p@ss'), 'me', 'p%40ss', 'p@ss'].sort(),
    );
    expect(credentialsIn('http://example.org/@')).toEqual([]);
  });
});
