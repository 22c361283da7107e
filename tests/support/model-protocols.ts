/**
 * The protocols that providers of language models speak, as far as a test's server needs them: reading what is asked, and the events of a
 * streamed answer. What is said, and how a server misbehaves, is `model-server.ts`'s.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';

export interface ModelCallSeen {
  readonly model: string;
  /** The conversation, the system's part first where there is one. */
  readonly messages: readonly { readonly role: string; readonly text: string }[];
  /** The first thing that the user said. */
  readonly prompt: string;
  /** What holds the answer to a shape, by the name that the protocol has for it. */
  readonly responseFormat: string | null;
  /** The shape itself, as it was sent. */
  readonly responseSchema: unknown;
  /** The key, as it was sent. */
  readonly authorization: string | null;
  readonly streamed: boolean;
}

/** An answer that is streamed piece by piece: the events before it, each piece's, and those after it. */
interface StreamedAnswer {
  readonly before: readonly object[];
  readonly piece: (text: string) => object;
  readonly after: readonly (object | string)[];
}

export interface Spoken {
  readonly text: string;
  /** The model had no room left. */
  readonly isCutShort: boolean;
}

export interface ModelProtocol {
  readonly path: RegExp;
  /** Throws for a body of another shape. */
  read(body: unknown, path: string, headers: IncomingHttpHeaders): ModelCallSeen;
  streamed(call: ModelCallSeen, spoken: Spoken): StreamedAnswer;
  /** The body of an answer with this status, or the event of a stream that fails. */
  error(status: number, message: string): object;
}

const partSchema = z.looseObject({ text: z.string().optional() });
const contentSchema = z.union([z.string(), z.array(partSchema)]).nullish();
const messageSchema = z.looseObject({ role: z.string(), content: contentSchema });

function textOf(content: z.infer<typeof contentSchema>): string {
  return typeof content === 'string' ? content : (content ?? []).map(({ text = '' }) => text).join('');
}

function turnsOf(messages: readonly z.infer<typeof messageSchema>[]): { role: string; text: string }[] {
  return messages.map(({ role, content }) => ({ role, text: textOf(content) }));
}

function promptOf(messages: ModelCallSeen['messages']): string {
  return messages.find(({ role }) => role === 'user')?.text ?? '';
}

function tokensOf(call: ModelCallSeen, { text }: Spoken): { input: number; output: number } {
  const characters = call.messages.reduce((sum, message) => sum + message.text.length, 0);
  return { input: Math.ceil(characters / 4), output: Math.ceil(text.length / 4) };
}

/** `POST /chat/completions`, which most servers speak. */
const chatSchema = z.looseObject({
  model: z.string(),
  stream: z.boolean().optional(),
  messages: z.array(messageSchema),
  response_format: z.looseObject({ type: z.string() }).optional(),
});

function chatChunk(call: ModelCallSeen, choices: object[], more: object = {}): object {
  return { id: 'chatcmpl-test', object: 'chat.completion.chunk', created: 1, model: call.model, choices, ...more };
}

const chat: ModelProtocol = {
  path: /\/chat\/completions$/,
  read(body, _path, { authorization = null }) {
    const { model, stream = false, messages, response_format: format } = chatSchema.parse(body);
    const turns = turnsOf(messages);
    return {
      model,
      messages: turns,
      prompt: promptOf(turns),
      responseFormat: format?.type ?? null,
      responseSchema:
        z.looseObject({ schema: z.unknown().optional() }).safeParse(format?.json_schema).data?.schema ?? null,
      authorization,
      streamed: stream,
    };
  },
  streamed(call, spoken) {
    const { input, output } = tokensOf(call, spoken);
    const usage = { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
    const finish_reason = spoken.isCutShort ? 'length' : 'stop';
    return {
      before: [chatChunk(call, [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }])],
      piece: (content) => chatChunk(call, [{ index: 0, delta: { content }, finish_reason: null }]),
      after: [chatChunk(call, [{ index: 0, delta: {}, finish_reason }]), chatChunk(call, [], { usage }), '[DONE]'],
    };
  },
  error: (status, message) => ({ error: { message, type: 'test_error', code: String(status) } }),
};

/** `POST /responses`, OpenAI's own. */
const responsesSchema = z.looseObject({
  model: z.string(),
  stream: z.boolean().optional(),
  input: z.array(messageSchema),
  text: z
    .looseObject({ format: z.looseObject({ type: z.string(), schema: z.unknown().optional() }).optional() })
    .optional(),
});

const responses: ModelProtocol = {
  path: /\/responses$/,
  read(body, _path, { authorization = null }) {
    const { model, stream = false, input, text } = responsesSchema.parse(body);
    const turns = turnsOf(input);
    return {
      model,
      messages: turns,
      prompt: promptOf(turns),
      responseFormat: text?.format?.type ?? null,
      responseSchema: text?.format?.schema ?? null,
      authorization,
      streamed: stream,
    };
  },
  streamed(call, spoken) {
    const { input, output } = tokensOf(call, spoken);
    const response = { id: 'resp-test', created_at: 1, model: call.model };
    const item = { type: 'message', id: 'msg-test' };
    const usage = { input_tokens: input, output_tokens: output };
    const ended = spoken.isCutShort
      ? { type: 'response.incomplete', response: { usage, incomplete_details: { reason: 'max_output_tokens' } } }
      : { type: 'response.completed', response: { usage } };
    return {
      before: [
        { type: 'response.created', response },
        { type: 'response.output_item.added', output_index: 0, item },
      ],
      piece: (delta) => ({ type: 'response.output_text.delta', item_id: item.id, output_index: 0, delta }),
      after: [{ type: 'response.output_item.done', output_index: 0, item }, ended],
    };
  },
  // In a stream it has a type and a number; as a body these are passed over.
  error: (status, message) => ({
    type: 'error',
    sequence_number: 1,
    code: String(status),
    message,
    error: { message, type: 'test_error', code: String(status) },
  }),
};

/** `POST /messages`, Anthropic's. A shape is held to natively or, by models that cannot, as the input of a tool that they have to use. */
const anthropicSchema = z.looseObject({
  model: z.string(),
  stream: z.boolean().optional(),
  system: contentSchema,
  messages: z.array(messageSchema),
  output_config: z
    .looseObject({ format: z.looseObject({ type: z.string(), schema: z.unknown().optional() }) })
    .optional(),
  tools: z.array(z.looseObject({ name: z.string(), input_schema: z.unknown().optional() })).optional(),
});

const anthropic: ModelProtocol = {
  path: /\/messages$/,
  read(body, _path, headers) {
    const { model, stream = false, system, messages, output_config: output, tools } = anthropicSchema.parse(body);
    const turns = turnsOf([...(system ? [{ role: 'system', content: system }] : []), ...messages]);
    return {
      model,
      messages: turns,
      prompt: promptOf(turns),
      responseFormat: output?.format.type ?? (tools ? 'tool' : null),
      responseSchema: output?.format.schema ?? tools?.[0]?.input_schema ?? null,
      authorization: String(headers['x-api-key']),
      streamed: stream,
    };
  },
  streamed(call, spoken) {
    const { input, output } = tokensOf(call, spoken);
    const isTool = call.responseFormat === 'tool';
    const block = isTool ? { type: 'tool_use', id: 'toolu-test', name: 'json', input: {} } : { type: 'text', text: '' };
    const delta = (text: string) =>
      isTool ? { type: 'input_json_delta', partial_json: text } : { type: 'text_delta', text };
    const stop_reason = spoken.isCutShort ? 'max_tokens' : isTool ? 'tool_use' : 'end_turn';
    const message = { id: 'msg-test', model: call.model, role: 'assistant', usage: { input_tokens: input } };
    return {
      before: [
        { type: 'message_start', message },
        { type: 'content_block_start', index: 0, content_block: block },
      ],
      piece: (text) => ({ type: 'content_block_delta', index: 0, delta: delta(text) }),
      after: [
        { type: 'content_block_stop', index: 0 },
        { type: 'message_delta', delta: { stop_reason }, usage: { output_tokens: output } },
        { type: 'message_stop' },
      ],
    };
  },
  error: (_status, message) => ({ type: 'error', error: { type: 'overloaded_error', message } }),
};

/** `POST /models/<model>:streamGenerateContent`, Google's. */
const googleTurnSchema = z.looseObject({ role: z.string().default('user'), parts: z.array(partSchema) });
const googleSchema = z.looseObject({
  systemInstruction: z.looseObject({ parts: z.array(partSchema) }).optional(),
  contents: z.array(googleTurnSchema),
  generationConfig: z
    .looseObject({ responseMimeType: z.string().optional(), responseJsonSchema: z.unknown().optional() })
    .optional(),
});

const google: ModelProtocol = {
  path: /\/models\/[^/]+:streamGenerateContent\?alt=sse$/,
  read(body, path, headers) {
    const { systemInstruction: system, contents, generationConfig: config } = googleSchema.parse(body);
    const turns = turnsOf([
      ...(system ? [{ role: 'system', content: system.parts }] : []),
      ...contents.map(({ role, parts }) => ({ role: role === 'model' ? 'assistant' : role, content: parts })),
    ]);
    return {
      model: /\/models\/([^/:]+):/.exec(path)?.[1] ?? '',
      messages: turns,
      prompt: promptOf(turns),
      responseFormat: config?.responseMimeType ?? null,
      responseSchema: config?.responseJsonSchema ?? null,
      authorization: String(headers['x-goog-api-key']),
      streamed: true,
    };
  },
  streamed(call, spoken) {
    const { input, output } = tokensOf(call, spoken);
    const candidate = (text: string, more: object = {}) => ({
      candidates: [{ content: { role: 'model', parts: [{ text }] }, ...more }],
    });
    const usageMetadata = {
      promptTokenCount: input,
      candidatesTokenCount: output,
      totalTokenCount: input + output,
    };
    const finishReason = spoken.isCutShort ? 'MAX_TOKENS' : 'STOP';
    return {
      before: [],
      piece: (text) => candidate(text),
      after: [{ ...candidate('', { finishReason }), usageMetadata }],
    };
  },
  error: (status, message) => ({ error: { code: status, message, status: 'UNAVAILABLE' } }),
};

export const modelProtocols: readonly ModelProtocol[] = [chat, responses, anthropic, google];
