/** A player of its own process, made with the kit as anybody would: answers for the participant whose id it is given. */
import { createAgent } from '../../src/agents/kit.ts';

const [url = '', id = ''] = process.argv.slice(2);
const agent = createAgent({
  id,
  name: 'a player of its own process',
  answer: {
    player_player_action: (_view, request) => ({ action: `leap ${request.round_no}`, target: '1,1' }),
  },
});
await agent.connect({ url });
process.stdout.write('ready\n');
process.on('SIGTERM', () => void agent.close());
