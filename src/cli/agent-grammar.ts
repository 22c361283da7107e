/** The grammar of `arena agent run|check|replay`. */
import { type Command, Option } from 'commander';
import { promptTypes, roles } from '../protocol/states.ts';
import { natsUrl, positiveNumber, scriptName, wholeNumber } from './argument-readers.ts';

type Yields = (command: Command) => (invocation: Record<string, unknown>) => void;

const target = 'a participant (id or name), an http(s):// endpoint, or a subject prefix such as actor.agent.<id>';

export function addAgentVerbs(noun: Command, yields: Yields): void {
  const run = noun
    .command('run')
    .description('answer for a participant over NATS until stopped')
    .requiredOption('--model <script:name>', 'the bundled scripted agent to be', scriptName)
    .requiredOption('--id <participant>', 'the participant to answer for');
  run.action(() => yields(run)({ command: 'agent_run' }));

  const check = noun
    .command('check')
    .description('put any agent through its paces, and say what it does wrong and what that would cost it')
    .argument('<agent>', target)
    .addOption(
      new Option('--role <role...>', "what it is to play (default: the participant's role, else player)").choices([
        ...roles,
        'all',
      ]),
    )
    .option('--id <participant>', 'the id it answers for, where the target does not say it')
    .option('--timeout <ms>', 'for each answer', positiveNumber, 60_000)
    .option('--game <name>', 'which of the bundled games the questions are from');
  reaching(check);
  check.action((agent: string, { role }: { role?: string[] }) =>
    yields(check)({ command: 'agent_check', agent, roles: rolesOf(role) }),
  );

  const replay = noun
    .command('replay')
    .description('ask again what a seat was asked in a round that was played, and show both answers')
    .argument('<contest>', 'its id, or latest')
    .requiredOption('--round <n>', 'the round; the set-up belongs to round 0', wholeNumber)
    .requiredOption('--seat <participant>', 'whose request, by id or name')
    .addOption(new Option('--prompt <type>', 'which request, where the seat had several').choices(promptTypes))
    .option('--job <id>', 'which request, where there were several of that type')
    .option('--attempt <n>', 'which attempt (default: the last)', wholeNumber)
    .option('--to <agent>', `ask another agent: ${target}`)
    .option('--timeout <ms>', 'for the answer', positiveNumber, 60_000);
  reaching(replay);
  replay.action((contest: string) => yields(replay)({ command: 'agent_replay', contest }));
}

/** How agents are reached that are asked from here. */
function reaching(command: Command): void {
  command
    .option('--nats <url>', 'the NATS server to ask it on (default: the configured one)', natsUrl)
    .option('--key-env <name>', 'the environment variable with its api_key, to sign requests to an endpoint with');
}

function rolesOf(chosen: readonly string[] | undefined): readonly string[] | undefined {
  return chosen?.includes('all') ? roles : chosen;
}
