/** The grammar of `arena agent run|check|replay`. */
import { type Command, Option } from 'commander';
import { promptTypes, roles } from '../protocol/states.ts';
import { count, httpUrl, natsUrl, positiveNumber, wholeNumber } from './argument-readers.ts';

type Yields = (command: Command) => (invocation: Record<string, unknown>) => void;

const target = 'a participant (id or name), an http(s):// endpoint, or a subject prefix such as actor.agent.<id>';

export function addAgentVerbs(noun: Command, yields: Yields): void {
  const run = noun
    .command('run')
    .description(
      'answer for a participant over NATS until stopped: as a bundled scripted agent, or with a model at a chat endpoint',
    )
    .option('--model <name>', 'script:<name>, or with --openai the model (default: the first that the endpoint has)')
    .option('--id <participant>', 'the participant to answer for')
    .addOption(
      new Option('--role <role>', 'make a participant of this role in the arena, and answer for it').choices(roles),
    )
    .option('--name <name>', 'what the participant that is made is called (default: the name of the model)')
    .option(
      '--openai <url>',
      'the base URL of a chat endpoint that speaks the OpenAI protocol, such as http://127.0.0.1:11434/v1',
      httpUrl,
    )
    .option('--key-env <name>', "the environment variable with the endpoint's key, where it needs one")
    .addOption(
      new Option(
        '--structured <how>',
        'hold the model to JSON or to a schema, where it can be (default: neither)',
      ).choices(['json', 'schema']),
    );
  run.action((given: { model?: string; openai?: string; id?: string; role?: string }) => {
    const problem = problemWithRun(given);
    if (problem) run.error(`error: ${problem}`);
    yields(run)({ command: 'agent_run' });
  });

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
    .requiredOption(
      '--round <n>',
      'the round, counted from 0 as in the API; the set-up belongs to round 0',
      wholeNumber,
    )
    .requiredOption('--seat <participant>', 'whose request, by id or name')
    .addOption(new Option('--prompt <type>', 'which request, where the seat had several').choices(promptTypes))
    .option('--job <id>', 'which request, where there were several of that type')
    .option('--attempt <n>', 'which attempt (default: the last)', count)
    .option('--to <agent>', `ask another agent: ${target}`)
    .option('--timeout <ms>', 'for the answer', positiveNumber, 60_000);
  reaching(replay);
  replay.action((contest: string) => yields(replay)({ command: 'agent_replay', contest }));
}

function problemWithRun({ model, openai, id, role }: { model?: string; openai?: string; id?: string; role?: string }) {
  if ((id === undefined) === (role === undefined))
    return 'say for whom it answers: --id <participant>, or --role <role> to make one';
  if (openai === undefined && !model?.match(/^script:.+$/))
    return 'name a bundled agent with --model script:<name>, or give a chat endpoint with --openai <url>';
  return null;
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
