/**
 * The HTTP server: puts together reading, routes, refusals and documents, and owns the socket. What it serves comes
 * through the ports of contests and the catalogue.
 */
import Fastify, { type FastifySerializerCompiler } from 'fastify';
import { serializerCompiler as checkedSerializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import type { Contests } from '../actors/contests.ts';
import type { Jobs } from '../actors/jobs.ts';
import type { Records } from '../actors/records.ts';
import type { Clock, Log } from '../actors/runtime/ports.ts';
import type { Overview } from '../persistence/ports.ts';
import { type CatalogueModel, catalogueModels } from '../protocol/catalogue.ts';
import { ArenaError, messageOf } from '../protocol/errors.ts';
import { limits } from '../protocol/limits.ts';
import { createEventStreams, type EventStreamOptions } from './event-stream.ts';
import { traceLaunches } from './launch-traces.ts';
import { measureRequests } from './measured-requests.ts';
import { trackRequests } from './open-requests.ts';
import { installOpenApi } from './openapi.ts';
import { installPanel } from './panel.ts';
import type { AgentsSide, Catalogue, Health, Metrics, VerifyParticipant } from './ports.ts';
import { installProblems, problem, problemContentType, problemOf, sendProblem } from './problem.ts';
import { agentRoutes } from './routes/agent.ts';
import { asyncApiRoutes } from './routes/asyncapi.ts';
import { catalogueRoutes } from './routes/catalogue.ts';
import { contestRoutes } from './routes/contest.ts';
import { contestCarryingRoutes } from './routes/contest-carrying.ts';
import { contestReadingRoutes } from './routes/contest-reading.ts';
import { contestRecordRoutes } from './routes/contest-records.ts';
import { evaluationRoutes } from './routes/evaluation.ts';
import { generateJobRoutes } from './routes/generatejob.ts';
import { jobRoutes } from './routes/job.ts';
import { llmModelRoutes } from './routes/llmmodel.ts';
import { overviewRoutes } from './routes/overview.ts';
import { systemRoutes } from './routes/system.ts';
import { installBodyParsers, validatorCompiler } from './validation.ts';

export interface HttpServerOptions {
  contests: Contests;
  jobs: Jobs;
  catalogue: Catalogue;
  verifyParticipant: VerifyParticipant;
  records: Records;
  overview: Overview;
  /** Without it there are no routes that ask agents. */
  agents?: AgentsSide;
  /** A host of agents without an arena: nothing of contests. */
  only?: 'agents';
  health: Health;
  /** Without it nothing is measured. */
  metrics?: Metrics;
  log: Log;
  clock: Clock;
  version: string;
  /** Host and port of the bus; null when it is in the process. Named in the AsyncAPI document. */
  busHost?: string | null;
  /** Where the server is reached from outside; named in the OpenAPI document. */
  publicUrl?: string;
  /** Checks every response against its schema: for tests, as it costs time. */
  checkResponses?: boolean;
  streams?: Pick<EventStreamOptions, 'heartbeatMs' | 'stallMs' | 'pendingBytesMax'>;
}

export interface HttpServer {
  /** Resolves with the URL that it listens at; port 0 takes any free one. Rejects when the port is taken. */
  listen(host: string, port: number): Promise<string>;
  /** Ends event streams, lets requests that are being answered finish, closes the socket. */
  close(): Promise<void>;
}

/** What a host of agents keeps of its own. */
const modelsOfAgents: readonly CatalogueModel[] = ['participant', 'strategy', 'agent', 'llmmodel'];

/** How long requests that are being answered may take when the server closes. */
const drainMs = 3_000;

/** Documents come from our own code in their final shape, so they are written as they are. */
const plainSerializerCompiler: FastifySerializerCompiler<z.ZodType> = () => JSON.stringify;

/** In place of what makes compilers of JSON Schema, which Fastify would load: every route has ours. */
const notAsked = (): never => {
  throw new Error('a route has no compiler');
};

export async function createHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { contests, jobs, catalogue, verifyParticipant, log, clock, metrics } = options;
  const streams = createEventStreams({ contests, clock, log, ...options.streams });
  const app = Fastify({
    logger: false,
    bodyLimit: limits.bodyBytes,
    forceCloseConnections: 'idle',
    schemaController: { compilersFactory: { buildValidator: notAsked, buildSerializer: notAsked } },
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    frameworkErrors: (error, request, reply) => sendProblem(reply, problemOf(error, request, log)),
    clientErrorHandler: (_error, socket) => {
      if (!socket.writable) return;
      const body = JSON.stringify(problem('bad_request', 'This is not an HTTP request that can be read.'));
      socket.end(
        `HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-type: ${problemContentType}\r\n` +
          `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      );
    },
  }).withTypeProvider<ZodTypeProvider>();

  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(options.checkResponses ? checkedSerializerCompiler : plainSerializerCompiler);
  installBodyParsers(app);
  installProblems(app, log);
  const open = trackRequests(app);
  if (metrics) measureRequests(app, metrics);
  traceLaunches(app, metrics);
  /** Ends the waiting of clients for jobs. */
  const closing = new AbortController();
  app.addHook('preClose', async () => {
    streams.close();
    closing.abort();
    await open.settled(clock, drainMs);
    // Connections that never carried a request are not idle to Node, and would keep the server open.
    app.server.closeAllConnections();
  });

  await installOpenApi(app, options);
  await app.register(systemRoutes(options));
  await app.register(asyncApiRoutes({ version: options.version, busHost: options.busHost ?? null }));
  if (options.only !== 'agents') {
    await installPanel(app);
    await app.register(overviewRoutes(options.overview), { prefix: '/api' });
    await app.register(contestRoutes(contests), { prefix: '/api' });
    await app.register(contestCarryingRoutes(contests), { prefix: '/api' });
    await app.register(contestReadingRoutes(contests, streams), { prefix: '/api' });
    await app.register(contestRecordRoutes(options.records), { prefix: '/api' });
  }
  await app.register(jobRoutes(jobs, closing.signal), { prefix: '/api' });
  const models = options.only === 'agents' ? modelsOfAgents : catalogueModels;
  await app.register(catalogueRoutes({ catalogue, models, verifyParticipant }), { prefix: '/api' });
  if (options.agents) {
    await app.register(agentRoutes(options.agents.hosted), { prefix: '/api' });
    await app.register(llmModelRoutes(options.agents.models), { prefix: '/api' });
    await app.register(evaluationRoutes(options.agents.evaluations), { prefix: '/api' });
    await app.register(generateJobRoutes(options.agents.generations, closing.signal), { prefix: '/api' });
  }

  return {
    async listen(host, port) {
      try {
        return await app.listen({ host, port });
      } catch (error) {
        throw cannotListen(host, port, error);
      }
    },
    close: () => app.close(),
  };
}

/** Why the system lets nobody listen there, in words for whoever chose the address. */
const listenRefusals: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there',
  EADDRNOTAVAIL: 'this machine has no such address',
  EACCES: 'ports below 1024 are not for everybody',
  ENOTFOUND: 'no such host is known',
};

function cannotListen(host: string, port: number, cause: unknown): ArenaError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const message = `HTTP cannot be served at ${host}:${port}: ${listenRefusals[code] ?? messageOf(cause)}. Choose with ARENA_HTTP_HOST and ARENA_HTTP_PORT.`;
  return new ArenaError({ code: 'unavailable', message }, { cause });
}
