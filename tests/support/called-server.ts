/** A real HTTP server as jobs call it: each path answers as it was told to, and can be held until a test lets it go. */
import type { ServerResponse } from 'node:http';
import { type HttpServer, sendJson, startHttpServer } from './http-server.ts';

export interface CalledServer extends Pick<HttpServer, 'origin' | 'stop'> {
  /** What a path answers from now on: the answers one after the other, the last of them for ever. */
  answers(path: string, ...answers: object[]): string;
  /** Nobody is answered at this path until it is let go. */
  holds(path: string): string;
  letGo(path: string, answer: object): void;
  /** Resolves when a path was called so often. */
  called(path: string, times?: number): Promise<void>;
  /** The bodies that came to a path, read as JSON. */
  bodies(path: string): unknown[];
}

export async function startCalledServer(): Promise<CalledServer> {
  const told = new Map<string, object[]>();
  const held = new Map<string, ServerResponse[]>();
  let waiting: (() => boolean)[] = [];

  const server = await startHttpServer((response, { path }) => {
    const holding = held.get(path);
    const answers = told.get(path) ?? [];
    if (holding) holding.push(response);
    else sendJson(response, (answers.length > 1 ? answers.shift() : answers[0]) ?? { state: 'complete', data: path });
    waiting = waiting.filter((isOver) => !isOver());
  });
  const count = (path: string) => server.requests.filter((request) => request.path === path).length;

  return {
    origin: server.origin,
    stop: server.stop,
    answers(path, ...answers) {
      told.set(path, answers);
      return server.origin + path;
    },
    holds(path) {
      held.set(path, []);
      return server.origin + path;
    },
    letGo(path, answer) {
      told.set(path, [answer]);
      for (const response of held.get(path) ?? []) sendJson(response, answer);
      held.delete(path);
    },
    called(path, times = 1) {
      if (count(path) >= times) return Promise.resolve();
      return new Promise((resolve) => {
        waiting.push(() => {
          if (count(path) < times) return false;
          resolve();
          return true;
        });
      });
    },
    bodies: (path) =>
      server.requests
        .filter((request) => request.path === path)
        .map(({ body }) => JSON.parse(body || 'null') as unknown),
  };
}
