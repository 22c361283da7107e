/** A real HTTP server on a free loopback port, with the requests that it got. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface HttpServer {
  readonly origin: string;
  readonly port: number;
  readonly requests: SeenRequest[];
  stop(): Promise<void>;
}

export type Answer = (response: ServerResponse, request: SeenRequest) => void;

/** `answer` is called with each request when it has come in whole. */
export async function startHttpServer(
  answer: Answer,
  options: { host?: string; port?: number } = {},
): Promise<HttpServer> {
  const { host = '127.0.0.1', port = 0 } = options;
  const requests: SeenRequest[] = [];
  const server = createServer(async (incoming, response) => {
    const { method = '', url = '', headers } = incoming;
    const request = { method, path: url, headers, body: await text(incoming) };
    requests.push(request);
    answer(response, request);
  });
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  if (!address || typeof address === 'string') throw new Error('an HTTP server has no port');
  return {
    origin: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    port: address.port,
    requests,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export function sendJson(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
