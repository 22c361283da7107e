/** The process of the agents: a plain NATS client with one subscription. Argument: the server's URL. */
import { connect, StringCodec } from 'nats';
import { createAgents } from './agents.ts';
import { serveCalls } from './processes.ts';

const [url = ''] = process.argv.slice(2);
const connection = await connect({ servers: url, name: 'bench agents' });
const text = StringCodec();
const agents = createAgents();

connection.subscribe('actor.agent.*.request.>', {
  callback: (_error, message) =>
    agents.take(message.subject, message.data, (answer) => void message.respond(text.encode(answer))),
});
await connection.flush();
serveCalls(agents.calls, () => connection.close());
