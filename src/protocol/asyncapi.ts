/**
 * The AsyncAPI 3 document of the bus: derived from the catalogue of subjects and the schemas of their bodies, so that there is
 * nothing to keep in sync.
 */
import { z } from 'zod';
import { jsonSchema } from './json.ts';
import { answerSchemas } from './messages.ts';
import { type NamedSubjectName, namedSubjectNames, namedSubjects } from './named-subjects.ts';
import { type SubjectChannel, subjectChannels } from './subject-channels.ts';
import { type SubjectName, subjects, watches } from './subjects.ts';

export interface AsyncApiOptions {
  readonly version: string;
  /** Host and port of the bus; null when it is in the process. */
  readonly busHost: string | null;
}

type Node = Readonly<Record<string, unknown>>;

/** Whether the arena sends or receives on a subject, and what else comes with the message. */
const directions = {
  out: { action: 'send', tag: 'notices', headers: 'FromJournal' },
  to_agent: { action: 'send', tag: 'agents', headers: 'Traced' },
  from_agent: { action: 'receive', tag: 'agents', headers: null },
  in: { action: 'receive', tag: 'commands', headers: 'Caused' },
  reply: { action: 'send', tag: 'commands', headers: null },
  // Hosts do both; a document of one side names one of them.
  between_hosts: { action: 'send', tag: 'hosts', headers: null },
} as const;

/** Where what became of a message is told, by the subject that it came on. */
const replies: Readonly<Partial<Record<SubjectName, (chosen: SubjectChannel['chosen']) => string>>> = {
  agentRequest: ({ askType = '' }) => `agentResponse.${askType}`,
  contestAdvance: () => 'advanceReply',
  jobRequest: () => 'jobReply',
  hostQuestion: () => 'hostReply',
};

type Direction = keyof typeof directions;

const headers = {
  FromJournal: {
    type: 'object',
    properties: {
      'Nats-Msg-Id': {
        type: 'string',
        description: 'The same for the same notice: one that is told again, as after a crash, can be recognised by it.',
      },
    },
    required: ['Nats-Msg-Id'],
  },
  Traced: {
    type: 'object',
    properties: {
      traceparent: { type: 'string', description: 'W3C Trace Context: the attempt of the job that asks.' },
    },
    required: ['traceparent'],
  },
  Caused: {
    type: 'object',
    properties: {
      traceparent: { type: 'string', description: 'W3C Trace Context: a job that is made belongs to this trace.' },
    },
  },
};

export function asyncApiDocument({ version, busHost }: AsyncApiOptions): Node {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Agent Arena on NATS',
      version,
      description: introduction(),
      license: { name: 'MIT' },
      tags: [
        { name: 'agents', description: 'What agents are asked, and what they answer' },
        { name: 'commands', description: 'What the arena takes from anybody' },
        { name: 'notices', description: 'What the arena tells everybody, once it is committed' },
        { name: 'hosts', description: 'What the hosts of agents tell each other: internal, and for nobody else' },
      ],
    },
    defaultContentType: 'application/json',
    ...(busHost === null ? {} : { servers: { bus: { host: busHost, protocol: 'nats' } } }),
    channels: {
      ...Object.fromEntries(subjectChannels.map((channel) => [channel.id, channelOf(channel)])),
      ...Object.fromEntries(namedSubjectNames.map((name) => [name, namedChannelOf(name)])),
    },
    operations: {
      ...Object.fromEntries(subjectChannels.map((channel) => [channel.id, operationOf(channel)])),
      ...Object.fromEntries(
        namedSubjectNames
          .filter((name) => namedSubjects[name].direction !== 'reply')
          .map((name) => [name, operationAt(name, namedSubjects[name])]),
      ),
    },
    components: {
      messages: {
        ...Object.fromEntries(subjectChannels.map((channel) => [channel.id, messageOf(channel)])),
        ...Object.fromEntries(namedSubjectNames.map((name) => [name, messageWith(namedSubjects[name])])),
      },
      schemas: { ...schemas(), ...headers },
    },
    'x-watches': watches,
  };
}

function introduction(): string {
  const rows = watches.map(({ pattern, description }) => `| \`${pattern}\` | ${description} |`);
  return [
    'Every subject of the arena, each action and each transition as a channel of its own. The arena sends and receives as the operations say.',
    'A body is JSON. What is told comes from the journal, after its commit, at least once. Channels without an address are subjects that others name.',
    'As a service of NATS the arena also answers `$SRV.PING`, `$SRV.INFO` and `$SRV.STATS` (ADR-32).',
    '',
    'Who watches subscribes to a wildcard (`*` stands for one token, `>` for all that follow):',
    '',
    '| subject | |',
    '| --- | --- |',
    ...rows,
  ].join('\n');
}

function channelOf({ id, subject, address, open }: SubjectChannel): Node {
  const { direction, description, wildcard } = subjects[subject];
  return {
    address,
    description,
    messages: { message: { $ref: `#/components/messages/${id}` } },
    ...(open.length === 0
      ? {}
      : { parameters: Object.fromEntries(open.map(({ name, description }) => [name, { description }])) }),
    tags: [{ name: directions[direction].tag }],
    'x-wildcard': wildcard,
  };
}

/** Nobody knows its address before somebody names it. */
function namedChannelOf(name: NamedSubjectName): Node {
  const { direction, title, description } = namedSubjects[name];
  return {
    address: null,
    title,
    description,
    messages: { message: { $ref: `#/components/messages/${name}` } },
    tags: [{ name: directions[direction].tag }],
  };
}

function operationOf({ id, subject, chosen }: SubjectChannel): Node {
  const reply = replies[subject]?.(chosen);
  return {
    ...operationAt(id, subjects[subject]),
    ...(reply === undefined ? {} : { reply: { channel: { $ref: `#/channels/${reply}` } } }),
  };
}

function operationAt(id: string, { direction, description }: { direction: Direction; description: string }): Node {
  return {
    action: directions[direction].action,
    channel: { $ref: `#/channels/${id}` },
    summary: description,
    tags: [{ name: directions[direction].tag }],
  };
}

function messageOf({ subject, chosen }: SubjectChannel): Node {
  const message = messageWith(subjects[subject]);
  return { ...message, payload: narrowed(message.payload, subject, chosen) };
}

function messageWith({ direction, payload }: { direction: Direction; payload: { name: string } }) {
  const { headers: sent } = directions[direction];
  return {
    name: payload.name,
    contentType: 'application/json',
    payload: { $ref: `#/components/schemas/${payload.name}` },
    ...(sent === null ? {} : { headers: { $ref: `#/components/schemas/${sent}` } }),
  };
}

/** What the subject says already, the body cannot say otherwise. */
function narrowed(payload: Node, subject: SubjectChannel['subject'], chosen: SubjectChannel['chosen']): Node {
  const { askType, from, to, action } = chosen;
  if (subject === 'agentResponse' && askType !== undefined) return { allOf: [payload, answerIn(askType)] };
  const fixed = subject === 'agentRequest' ? { command: askType } : { from, to, action };
  const known = Object.entries(fixed).filter(([, value]) => value !== undefined);
  if (known.length === 0) return payload;
  return {
    allOf: [payload, { properties: Object.fromEntries(known.map(([name, value]) => [name, { const: value }])) }],
  };
}

/** Agents are language models as often as not: the data may be a text that holds it. */
function answerIn(askType: string): Node {
  return {
    if: { properties: { state: { const: 'complete' } } },
    // biome-ignore lint/suspicious/noThenProperty: it is a keyword of JSON Schema.
    then: {
      properties: { data: { anyOf: [{ $ref: `#/components/schemas/${answerName(askType)}` }, { type: 'string' }] } },
    },
  };
}

function answerName(askType: string): string {
  return `Answer_${askType}`;
}

function schemas(): Node {
  const registry = z.registry<{ id: string }>();
  const add = (id: string, schema: z.ZodType) => {
    if (!registry.has(schema)) registry.add(schema, { id });
  };
  add('Json', jsonSchema);
  for (const { payload } of [...Object.values(subjects), ...Object.values(namedSubjects)])
    add(payload.name, payload.schema);
  const made = {
    ...converted(registry),
    ...Object.fromEntries(
      Object.entries(answerSchemas).map(([askType, schema]) => [
        answerName(askType),
        z.toJSONSchema(schema, conversion),
      ]),
    ),
  };
  return Object.fromEntries(
    Object.entries(made).map(([name, schema]) => {
      const { $schema: _dialect, $id: _id, ...rest } = schema as Record<string, unknown>;
      return [name, rest];
    }),
  );
}

/** What is said of schemas, but for names that another document gave them in this process: by those, zod would take them apart. */
class Descriptions extends z.core.$ZodRegistry<z.core.GlobalMeta> {
  override get(schema: z.core.$ZodType): z.core.GlobalMeta | undefined {
    const { id: _name, ...said } = z.globalRegistry.get(schema) ?? {};
    return said;
  }
}

/** As they come in: what may be left out is optional. */
const conversion = { target: 'draft-7', io: 'input', metadata: new Descriptions() } as const;

function converted(registry: z.core.$ZodRegistry<{ id: string }>): Node {
  return z.toJSONSchema(registry, { ...conversion, uri: (id) => `#/components/schemas/${id}` }).schemas;
}
