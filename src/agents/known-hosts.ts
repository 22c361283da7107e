/** The other hosts, as far as this one has heard of them: so many replies are waited for. */

/** A host that has not answered so often, one time after the other, is gone until it is heard again. */
const silencesMax = 3;

export interface KnownHosts {
  /** It was heard; true when it was not known. */
  heard(host: string): boolean;
  /** It was asked, and has not answered. */
  missed(host: string): void;
  gone(host: string): void;
  allGone(): void;
  all(): string[];
}

export function createKnownHosts(): KnownHosts {
  /** Each with how often it has been silent. */
  const hosts = new Map<string, number>();
  return {
    heard(host) {
      const isNew = !hosts.has(host);
      hosts.set(host, 0);
      return isNew;
    },
    missed(host) {
      const silences = (hosts.get(host) ?? 0) + 1;
      if (silences >= silencesMax) hosts.delete(host);
      else hosts.set(host, silences);
    },
    gone: (host) => void hosts.delete(host),
    allGone: () => hosts.clear(),
    all: () => [...hosts.keys()],
  };
}
