/** `arena agent run`: a bundled scripted agent that answers for one participant over NATS, as anybody's agent would. */
import { createAgent } from '../../agents/kit.ts';
import { agentOfModel } from '../../agents/scripted/scripted-agents.ts';
import { type Context, note, type Status, UsageError } from '../context.ts';
import type { InvocationOf } from '../invocation.ts';
import { stderrLog } from '../stderr-log.ts';
import { aborted } from './serve.ts';

export async function runAgent(invocation: InvocationOf<'agent_run'>, context: Context): Promise<Status> {
  const { terminal } = context;
  const { url } = context.config().nats;
  if (url === '') throw new UsageError('Set ARENA_NATS_URL: an agent of its own process needs a NATS server.');
  const handlers = agentOfModel(invocation.model);
  if (!handlers) throw new UsageError(`There is no bundled agent ${invocation.model}.`);
  const log = stderrLog(terminal);
  const agent = createAgent({
    id: invocation.id,
    name: invocation.model,
    version: context.version,
    answer: handlers,
    log,
  });
  await agent.connect({ url });
  note(terminal, `${invocation.model} answers for ${invocation.id} at ${url}; stop it with Ctrl-C.`);
  await aborted(terminal.signal);
  await agent.close();
  return 0;
}
