/** `arena agent run`: an agent of its own process that answers for one participant over NATS, as anybody's would. */
import { z } from 'zod';
import type { Log } from '../../actors/runtime/ports.ts';
import type { Handlers } from '../../agents/asks.ts';
import { createAgent } from '../../agents/kit.ts';
import { compatibleProvider } from '../../agents/models/provider-names.ts';
import { agentOfModel } from '../../agents/scripted/scripted-agents.ts';
import { type Context, note, type Status, UsageError } from '../context.ts';
import type { InvocationOf } from '../invocation.ts';
import { aborted } from '../pause.ts';
import { stderrLog } from '../stderr-log.ts';

type Run = InvocationOf<'agent_run'>;

/** Who answers, and what it is called. */
interface Answerer {
  readonly name: string;
  /** `participantName` is what the templates of models show. */
  handlers(participantName: string): Handlers;
}

const participantSchema = z.looseObject({ id: z.string(), name: z.string() });

export async function runAgent(invocation: Run, context: Context): Promise<Status> {
  const { terminal } = context;
  const { url } = context.config().nats;
  if (url === '') throw new UsageError('Set ARENA_NATS_URL: an agent of its own process needs a NATS server.');
  const log = stderrLog(terminal);
  const answerer = invocation.openai === undefined ? scripted(invocation) : await chatting(invocation, context, log);
  const { id, name } = await participantOf(invocation, answerer.name, context);
  const agent = createAgent({
    id,
    name: answerer.name,
    version: context.version,
    answer: answerer.handlers(name),
    log,
  });
  await agent.connect({ url });
  note(terminal, `${answerer.name} answers for ${id} at ${url}; stop it with Ctrl-C.`);
  await aborted(terminal.signal);
  await agent.close();
  return 0;
}

/** The one that is named, or one that is made. */
async function participantOf(
  { id, role, name, url }: Run,
  modelName: string,
  context: Context,
): Promise<{ id: string; name: string }> {
  if (id !== undefined) return { id, name: name ?? id };
  const made = { name: (name ?? modelName).slice(0, 100), role };
  return participantSchema.parse(await context.client(url).post('/api/participant', made));
}

function scripted({ model = '' }: Run): Answerer {
  const handlers = agentOfModel(model);
  if (handlers) return { name: model, handlers: () => handlers };
  throw new UsageError(`There is no bundled agent ${model}.`);
}

async function chatting(invocation: Run, { terminal }: Context, log: Log): Promise<Answerer> {
  const { openai: baseUrl = '', keyEnv, structured } = invocation;
  const apiKey = keyEnv === undefined ? undefined : terminal.env[keyEnv];
  if (keyEnv !== undefined && !apiKey) throw new UsageError(`The environment variable ${keyEnv} is not set.`);
  const key = invocation.model ?? (await firstModelAt(baseUrl, apiKey));
  // Loaded only here: the libraries of the providers take their time.
  const [{ createChatAgent }, { createSdkCaller }, { createProviders }, { createPrompts }] = await Promise.all([
    import('../../agents/chat-agent.ts'),
    import('../../agents/models/sdk-caller.ts'),
    import('../../agents/models/providers.ts'),
    import('../../agents/prompts/prompts.ts'),
  ]);
  const { clock, signal } = terminal;
  const providers = createProviders({ providers: { [compatibleProvider]: { base_url: baseUrl, api_key: apiKey } } });
  const model = {
    name: key,
    key,
    provider: compatibleProvider,
    base_url: null,
    supports_json: structured !== undefined,
    supports_schema: structured === 'schema',
  };
  const caller = createSdkCaller({ providers, clock });
  const prompts = createPrompts();
  return { name: key, handlers: (name) => createChatAgent({ model, caller, prompts, clock, log, name, signal }) };
}

const modelsSchema = z.looseObject({ data: z.array(z.looseObject({ id: z.string() })) });

/** The first model that the endpoint has; local servers often have one only. */
async function firstModelAt(baseUrl: string, apiKey: string | undefined): Promise<string> {
  const at = `${baseUrl.replace(/\/+$/, '')}/models`;
  const wish = 'Name the model with --model.';
  let models: z.infer<typeof modelsSchema>;
  try {
    const headers = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
    const response = await fetch(at, { headers }).catch((error: unknown) => {
      throw new UsageError(`${at} cannot be reached: is its server running?`, { cause: error });
    });
    if (!response.ok) throw new Error(`it answered with status ${response.status}`);
    models = modelsSchema.parse(await response.json());
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const reason = error instanceof z.ZodError ? 'it is no list of models' : (error as Error).message;
    throw new UsageError(`${at} does not say which models there are: ${reason}. ${wish}`, { cause: error });
  }
  const [first] = models.data;
  if (!first) throw new UsageError(`${at} has no model. ${wish}`);
  return first.id;
}
