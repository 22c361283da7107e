/** The catalogue of subjects as a table: each with its text, its parameters, and what must not be taken for it. */
import { type SubjectName, subjects } from '../../src/protocol/subjects.ts';

export const participant = 'amber-falcon-drifts-4k2j9x7q';
export const contest = 'calm-otter-sings-1a2b3c4d';
export const job = 'brave-finch-runs-9z8y7x6w';
const actorPrefix = `actor.agent.${participant}`;
export const contestPrefix = `arena.contest.${contest}`;

/** Each subject of the catalogue: a name, how it is built, what is built, and what is almost but not quite it. */
export const rows: { name: SubjectName; built: string; subject: string; parameters: object; misses: string[] }[] = [
  {
    name: 'agentRequest',
    built: subjects.agentRequest.build({ participant, askType: 'health', job }),
    subject: `${actorPrefix}.request.health.${job}`,
    parameters: { participant, askType: 'health', job },
    misses: [
      `${actorPrefix}.request.health`,
      `${actorPrefix}.request.health.${job}.more`,
      `actor.agent..request.health.${job}`,
    ],
  },
  {
    name: 'agentRequest',
    built: subjects.agentRequest.build({ participant, askType: 'judge_apply_effects', job }),
    subject: `${actorPrefix}.request.judge_apply_effects.${job}`,
    parameters: { participant, askType: 'judge_apply_effects', job },
    misses: [
      `${actorPrefix}.request.judge_apply_effect.${job}`,
      `actor.agents.${participant}.request.judge_apply_effects.${job}`,
    ],
  },
  {
    name: 'agentResponse',
    built: subjects.agentResponse.build({ participant, askType: 'health', job }),
    subject: `${actorPrefix}.response.health.${job}`,
    parameters: { participant, askType: 'health', job },
    misses: [
      `${actorPrefix}.response.wellness.${job}`,
      `${actorPrefix}.response.health.${job} `,
      `x${actorPrefix}.response.health.${job}`,
    ],
  },
  {
    name: 'agentResponse',
    built: subjects.agentResponse.build({ participant, askType: 'player_player_action', job }),
    subject: `${actorPrefix}.response.player_player_action.${job}`,
    parameters: { participant, askType: 'player_player_action', job },
    misses: [`${actorPrefix}.response.player_player_action`, `${actorPrefix}.response.player_player_action.*`],
  },
  {
    name: 'healthSeen',
    built: subjects.healthSeen.build({ participant }),
    subject: `${actorPrefix}.response.health`,
    parameters: { participant },
    misses: [`${actorPrefix}.request.health`, `${actorPrefix}.response`, `${actorPrefix}.response.healthy`],
  },
  ...(['request', 'complete', 'fail'] as const).map((generatePhase) => ({
    name: 'generation' as const,
    built: subjects.generation.build({ generateJob: 'bold-lynx-waits-1', job, generatePhase }),
    subject: `actor.llm.bold-lynx-waits-1.${job}.${generatePhase}`,
    parameters: { generateJob: 'bold-lynx-waits-1', job, generatePhase },
    misses: [`actor.llm.bold-lynx-waits-1.${job}.pending`, `actor.llm.bold-lynx-waits-1.${generatePhase}`],
  })),
  {
    name: 'roleCall',
    built: subjects.roleCall.build({ contest }),
    subject: `${contestPrefix}.role_call`,
    parameters: { contest },
    misses: [`${contestPrefix}.rolecall`, `${contestPrefix}.role_call.`],
  },
  {
    name: 'roleCallAnswer',
    built: subjects.roleCallAnswer.build({ contest, participant }),
    subject: `${contestPrefix}.role_call.${participant}`,
    parameters: { contest, participant },
    misses: [`${contestPrefix}.role_call.${participant}.x`, `arena.contests.${contest}.role_call.${participant}`],
  },
  {
    name: 'setupDescription',
    built: subjects.setupDescription.build({ contest }),
    subject: `${contestPrefix}.setup.description`,
    parameters: { contest },
    misses: [`${contestPrefix}.setup`, `${contestPrefix}.setup.description.x`],
  },
  {
    name: 'contestFlow',
    built: subjects.contestFlow.build({ contest, from: 'judging_actions', to: 'applying_effects' }),
    subject: `${contestPrefix}.contestflow.judging_actions.applying_effects`,
    parameters: { contest, from: 'judging_actions', to: 'applying_effects' },
    misses: [`${contestPrefix}.contestflow.judging.applying_effects`, `${contestPrefix}.contestflow.judging_actions`],
  },
  {
    name: 'contestAdvance',
    built: subjects.contestAdvance.build({ contest, state: 'in_round', job }),
    subject: `${contestPrefix}.contestflow.in_round.${job}`,
    parameters: { contest, state: 'in_round', job },
    misses: [`${contestPrefix}.contestflow.nowhere.${job}`, `${contestPrefix}.contestflow.in_round`],
  },
  {
    name: 'actionTaken',
    built: subjects.actionTaken.build({ contest, round: 12, participant }),
    subject: `${contestPrefix}.round.12.player.${participant}.prompt`,
    parameters: { contest, round: 12, participant },
    misses: [
      `${contestPrefix}.round.-1.player.${participant}.prompt`,
      `${contestPrefix}.round.01.player.${participant}.prompt`,
      `${contestPrefix}.round.one.player.${participant}.prompt`,
      `${contestPrefix}.round.12.player.${participant}`,
    ],
  },
  {
    name: 'setupComplete',
    built: subjects.setupComplete.build({ contest }),
    subject: `${contestPrefix}.setupmachine.complete`,
    parameters: { contest },
    misses: [`${contestPrefix}.setup.complete`],
  },
  {
    name: 'contestComplete',
    built: subjects.contestComplete.build({ contest }),
    subject: `${contestPrefix}.contestmachine.complete`,
    parameters: { contest },
    misses: [`${contestPrefix}.contestmachine.fail`, `${contestPrefix}.roundmachine.complete`],
  },
  {
    name: 'roundComplete',
    built: subjects.roundComplete.build({ contest, round: 0 }),
    subject: `${contestPrefix}.round.0.complete`,
    parameters: { contest, round: 0 },
    misses: [
      `${contestPrefix}.round.complete`,
      `${contestPrefix}.round.0.0.complete`,
      `${contestPrefix}.round.00.complete`,
    ],
  },
  ...(
    [
      ['contest', 'role_call'],
      ['setup', 'describing_setup'],
      ['round', 'awaiting_actions'],
    ] as const
  ).map(([machine, state]) => ({
    name: 'pause' as const,
    built: subjects.pause.build({ contest, machine, state }),
    subject: `${contestPrefix}.${machine}machine.${state}.pause`,
    parameters: { contest, machine, state },
    misses: [
      `${contestPrefix}.${machine}.${state}.pause`,
      `${contestPrefix}.jobmachine.${state}.pause`,
      `${contestPrefix}.${machine}machine.asleep.pause`,
    ],
  })),
  {
    name: 'jobRequest',
    built: subjects.jobRequest.build({}),
    subject: 'arena.request.job',
    parameters: {},
    misses: ['arena.request.jobs', 'arena.request.job.x', 'arenaxrequest.job'],
  },
  ...(['arena', 'feature', 'participant', 'contest', 'round', 'job'] as const).flatMap((arenaModel) =>
    (['create', 'update', 'delete'] as const).map((action) => ({
      name: 'arenaModelChange' as const,
      built: subjects.arenaModelChange.build({ arenaModel, action }),
      subject: `sys.arena.${arenaModel}.${action}`,
      parameters: { arenaModel, action },
      misses: [`sys.arena.strategy.${action}`, `sys.arena.${arenaModel}.${action}d`],
    })),
  ),
  ...(['participant', 'agent', 'strategy', 'generatejob', 'llmmodel'] as const).flatMap((actorModel) =>
    (['create', 'update', 'delete'] as const).map((action) => ({
      name: 'actorModelChange' as const,
      built: subjects.actorModelChange.build({ actorModel, action }),
      subject: `sys.actor.${actorModel}.${action}`,
      parameters: { actorModel, action },
      misses: [`sys.actor.contest.${action}`, `sys.actor.${actorModel}`],
    })),
  ),
  {
    name: 'hostQuestion',
    built: subjects.hostQuestion.build({}),
    subject: 'actor.host.generation',
    parameters: {},
    misses: ['actor.host.generation.x', 'actor.host.generations', 'actor.host'],
  },
  {
    name: 'hostReply',
    built: subjects.hostReply.build({ host: 'tidy-crane-waits-5m6n7b8v', question: 12 }),
    subject: 'actor.host.tidy-crane-waits-5m6n7b8v.reply.12',
    parameters: { host: 'tidy-crane-waits-5m6n7b8v', question: 12 },
    misses: ['actor.host.tidy-crane-waits-5m6n7b8v.reply.x', 'actor.host.a.b.reply.12', 'actor.host.a.reply'],
  },
  {
    name: 'hostPresence',
    built: subjects.hostPresence.build({}),
    subject: 'actor.host.presence',
    parameters: {},
    misses: ['actor.host.presences', 'actor.hosts.presence'],
  },
];
