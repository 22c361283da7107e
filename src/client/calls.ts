/** The calls that all parts of the client are made of, and the paths that they go to. */
import type { Requests } from './requests.ts';

/** Which rows of a list: any field of the model may be asked for by its value. */
export type ListQuery = Readonly<Record<string, string | number | boolean | undefined>> & {
  readonly order?: 'oldest' | 'newest';
  readonly limit?: number;
  readonly offset?: number;
};

export type Success = { success: true };

export interface Calls {
  get<Result>(path: string): Promise<Result>;
  post<Result>(path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Result>;
  patch<Result>(path: string, body: unknown): Promise<Result>;
  delete<Result>(path: string): Promise<Result>;
  /** What is at a path, as it is. */
  bytes(path: string): Promise<Uint8Array<ArrayBuffer>>;
  /** What is at a path, as text. */
  text(path: string): Promise<string>;
}

export function createCalls({ json, open }: Requests): Calls {
  return {
    get: (path) => json('GET', path),
    post: (path, body, headers = {}) => json('POST', path, { body, headers }),
    patch: (path, body) => json('PATCH', path, { body }),
    delete: (path) => json('DELETE', path),
    bytes: async (path) => new Uint8Array(await (await open('GET', path)).arrayBuffer()),
    text: async (path) => (await open('GET', path)).text(),
  };
}

/** The path of one of a model: `/api/contest/<id>`. */
export function pathOf(model: string, id: string): string {
  return `/api/${model}/${segment(id)}`;
}

export function segment(text: string): string {
  return encodeURIComponent(text);
}
