/** Finds the agent that a person means (a participant, an endpoint, a subject prefix) and reaches it from here, as the arena would. */
import { z } from 'zod';
import type { AskedAgent } from '../agents/checking/asked-agent.ts';
import { askOverBus } from '../agents/checking/over-bus.ts';
import { askOverHttp } from '../agents/checking/over-http.ts';
import { createNatsBus } from '../bridge/bus-nats.ts';
import { channelPrefix, channelProblem, defaultEndpoint, isChannelEndpoint } from '../protocol/channels.ts';
import { isId } from '../protocol/ids.ts';
import { type Role, roles } from '../protocol/states.ts';
import { askHosted } from './asking-hosted.ts';
import { type Context, UsageError } from './context.ts';
import { ClientError } from './http-client.ts';
import { stderrLog } from './stderr-log.ts';

export interface ReachOptions {
  /** The arena that knows participants; the configured one when left out. */
  readonly url?: string | undefined;
  readonly nats?: string | undefined;
  readonly keyEnv?: string | undefined;
}

/** Whom to ask: what a target stands for. */
export interface AgentAddress {
  readonly endpoint: string;
  /** Null where the target does not say it. */
  readonly participantId: string | null;
  readonly role: Role | null;
  readonly name: string | null;
}

const participantSchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  role: z.enum(roles),
  endpoint: z.string(),
});

/** What a person's word for an agent stands for. Throws `UsageError`, and `ClientError` when the arena does not know it. */
export async function addressOfAgent(target: string, options: ReachOptions, context: Context): Promise<AgentAddress> {
  const unknown = { participantId: null, role: null, name: null };
  if (/^https?:\/\//.test(target)) return { ...unknown, endpoint: target };
  if (target.includes('.')) {
    const endpoint = `channel://${target}`;
    const problem = channelProblem(endpoint);
    if (problem) throw new UsageError(`The subject prefix ${target} ${problem}.`);
    const [, participantId = null] = /^actor\.agent\.([^.]+)$/.exec(target) ?? [];
    return { ...unknown, endpoint, participantId };
  }
  return participantNamed(target, options, context);
}

async function participantNamed(target: string, options: ReachOptions, context: Context): Promise<AgentAddress> {
  const client = context.client(options.url);
  const participants = client.arena.catalogue('participant');
  const checked = (found: unknown) => z.array(participantSchema).parse([found].flat());
  try {
    const byId = await participants.get(target).then(checked).catch(without(404));
    const [one] = byId.length > 0 ? byId : checked(await participants.list({ name: target, order: 'newest' }));
    if (!one) throw new ClientError(`The arena at ${client.url} has no participant ${target}.`, 404);
    return { endpoint: one.endpoint, participantId: one.id, role: one.role, name: one.name };
  } catch (error) {
    // An id is enough to ask on the usual subjects: without an arena, and before the arena has heard of the agent.
    const isUnknown = error instanceof ClientError && [0, 404].includes(error.status);
    if (!isUnknown || options.nats === undefined || !isId(target)) throw error;
    return { endpoint: defaultEndpoint, participantId: target, role: null, name: null };
  }
}

function without(status: number): (error: unknown) => never[] {
  return (error) => {
    if (error instanceof ClientError && error.status === status) return [];
    throw error;
  };
}

/** Connects to it. Throws `UsageError` where it is not said how, and `ClientError` when the NATS server is not there. */
export async function reachAgent(
  { endpoint, participantId }: Pick<AgentAddress, 'endpoint' | 'participantId'>,
  options: ReachOptions,
  context: Context,
): Promise<AskedAgent> {
  const { terminal } = context;
  const { clock } = terminal;
  if (!isChannelEndpoint(endpoint)) return askOverHttp(endpoint, { apiKey: keyOf(options, context), clock });
  const url = options.nats ?? context.config().nats.url;
  if (url === '') {
    if (endpoint === defaultEndpoint && participantId !== null)
      return askHosted(context.client(options.url), participantId, clock);
    throw new UsageError(
      'It is asked over NATS. Say where with --nats or ARENA_NATS_URL, the server that the arena is on too.',
    );
  }
  const bus = createNatsBus({ url, clock, log: stderrLog(terminal) });
  const connection = await bus.connect({ name: 'arena agent check' });
  const { connected, detail } = connection.status();
  if (!connected) {
    await bus.close();
    throw new ClientError(`There is no NATS server at ${url}: ${detail}`, 0);
  }
  const asked = askOverBus(connection, channelPrefix(endpoint, participantId ?? 'agent'), clock);
  return { ...asked, close: () => bus.close() };
}

/** Keys come from the environment only, so that they are in no history of a shell. */
function keyOf({ keyEnv }: ReachOptions, { terminal }: Context): string | null {
  if (keyEnv === undefined) return null;
  const key = terminal.env[keyEnv];
  if (!key) throw new UsageError(`The environment variable ${keyEnv} is not set.`);
  return key;
}
