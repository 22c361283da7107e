/**
 * A contest that is open in the panel: its journal as it comes, over as many connections as it takes, and the moment that is looked
 * at: a position, or the newest.
 */
import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { type Client, ClientError } from '../../client/client.ts';
import type { BrowserClock } from '../browser-clock.ts';
import { History } from './history.ts';
import type { Picture } from './picture.ts';

export type Connection = 'opening' | 'live' | 'lost' | 'refused';

export interface OpenContest {
  readonly id: string;
  readonly history: History;
  /** The newest position. */
  readonly newest: ReadonlySignal<number>;
  /** The position that is looked at; null follows the newest. */
  readonly at: Signal<number | null>;
  readonly isLive: ReadonlySignal<boolean>;
  readonly picture: ReadonlySignal<Picture>;
  /** The newest picture, whatever moment is looked at. */
  readonly last: ReadonlySignal<Picture>;
  readonly connection: ReadonlySignal<Connection>;
  /** Why the arena does not show it. */
  readonly problem: ReadonlySignal<string | null>;
  close(): void;
}

export function openContest(arena: Client, clock: BrowserClock, id: string, firstAt: number | null): OpenContest {
  const history = new History();
  const newest = signal(0);
  const at = signal<number | null>(firstAt);
  const connection = signal<Connection>('opening');
  const problem = signal<string | null>(null);
  const closing = new AbortController();
  let isDrawing = false;

  /** Many entries can come between two frames: the views are told once. */
  const drawSoon = () => {
    if (isDrawing) return;
    isDrawing = true;
    clock.beforeFrame(() => {
      isDrawing = false;
      newest.value = history.position;
    });
  };

  const follow = async () => {
    const entries = arena.contests.follow(id, {
      signal: closing.signal,
      failuresMax: Number.POSITIVE_INFINITY,
      onConnection: (connected) => {
        if (!closing.signal.aborted) connection.value = connected ? 'live' : 'lost';
      },
    });
    try {
      for await (const entry of entries) {
        history.add(entry);
        drawSoon();
      }
    } catch (error) {
      batch(() => {
        connection.value = 'refused';
        problem.value = error instanceof ClientError ? error.message : String(error);
      });
    }
  };
  void follow();

  return {
    id,
    history,
    newest,
    at,
    isLive: computed(() => at.value === null),
    picture: computed(() => history.at(Math.min(newest.value, at.value ?? newest.value))),
    last: computed(() => history.at(newest.value)),
    connection,
    problem,
    close: () => closing.abort(),
  };
}
