/**
 * The slots for calls to hosts, within the limits of calls in flight to each host and to all: the job of the highest priority gets the next
 * one, then the oldest. Per process; after a restart every job that waits asks again. The calls are `host-calls.ts`'s.
 */

export interface SlotLimits {
  /** Calls in flight to all hosts. */
  readonly inFlightMax: number;
  readonly inFlightPerHostMax: number;
}

export interface SlotWish {
  readonly job: string;
  readonly host: string;
  /** The highest goes first. */
  readonly priority: number;
  /** Of the same priority, the oldest goes first. */
  readonly since: number;
  readonly granted: () => void;
}

export interface HostSlots {
  /** Asks for a slot, in place of what the job had before; `granted` may be called before this returns. */
  ask(wish: SlotWish): void;
  /** The job calls: it holds a slot until `free`, also if it was not its turn, as after a restart. */
  take(job: string, host: string): void;
  /** The job neither calls nor waits any more. */
  free(job: string): void;
  /** Grants slots from now on: at a start, all who wait have to have asked before the first is chosen. */
  start(): void;
  stats(): { inFlight: number; waiting: number };
}

interface Host {
  inFlight: number;
  /** The next one last. */
  readonly waiting: Waiting[];
}

interface Waiting extends SlotWish {
  /** Of two that are alike, the one that asked first. */
  readonly number: number;
}

export function createHostSlots({ inFlightMax, inFlightPerHostMax }: SlotLimits): HostSlots {
  const hosts = new Map<string, Host>();
  const waiting = new Map<string, Waiting>();
  const holders = new Map<string, string>();
  let asked = 0;
  let isStarted = false;

  function hostOf(name: string): Host {
    const known = hosts.get(name);
    if (known) return known;
    const host: Host = { inFlight: 0, waiting: [] };
    hosts.set(name, host);
    return host;
  }

  function hold(job: string, host: string): void {
    holders.set(job, host);
    hostOf(host).inFlight += 1;
  }

  function letGo(job: string): void {
    const wish = waiting.get(job);
    const held = holders.get(job);
    waiting.delete(job);
    holders.delete(job);
    if (wish) {
      const { waiting: line } = hostOf(wish.host);
      line.splice(placeIn(line, wish), 1);
    }
    if (held !== undefined) hostOf(held).inFlight -= 1;
    for (const name of [wish?.host, held]) if (name !== undefined) forgetIdle(name);
  }

  function forgetIdle(name: string): void {
    const host = hosts.get(name);
    if (host && host.inFlight === 0 && host.waiting.length === 0) hosts.delete(name);
  }

  function next(): Waiting | undefined {
    if (!isStarted || holders.size >= inFlightMax || waiting.size === 0) return undefined;
    let first: Waiting | undefined;
    for (const { inFlight, waiting: line } of hosts.values()) {
      const candidate = inFlight < inFlightPerHostMax ? line.at(-1) : undefined;
      if (candidate && (!first || comesAfter(first, candidate) > 0)) first = candidate;
    }
    return first;
  }

  function grant(): void {
    for (let wish = next(); wish; wish = next()) {
      waiting.delete(wish.job);
      hostOf(wish.host).waiting.pop();
      hold(wish.job, wish.host);
      wish.granted();
    }
  }

  return {
    ask(wish) {
      letGo(wish.job);
      asked += 1;
      const one: Waiting = { ...wish, number: asked };
      const { waiting: line } = hostOf(wish.host);
      line.splice(placeIn(line, one), 0, one);
      waiting.set(wish.job, one);
      grant();
    },
    take(job, host) {
      if (holders.get(job) === host) return;
      letGo(job);
      hold(job, host);
      grant();
    },
    free(job) {
      letGo(job);
      grant();
    },
    start() {
      isStarted = true;
      grant();
    },
    stats: () => ({ inFlight: holders.size, waiting: waiting.size }),
  };
}

/** Above zero when `one` comes after `other`. */
function comesAfter(one: Waiting, other: Waiting): number {
  return other.priority - one.priority || one.since - other.since || one.number - other.number;
}

/** Where a wish is, or belongs, in a line that has the next one last. */
function placeIn(line: readonly Waiting[], wish: Waiting): number {
  let low = 0;
  let high = line.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (comesAfter(line[middle] as Waiting, wish) > 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
