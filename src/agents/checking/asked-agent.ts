/** The port to an agent that is being tried: one question, and what came of it. Its adapters are `over-bus.ts` and `over-http.ts`. */
import type { AgentRequest } from '../../protocol/messages.ts';
import type { FaultKind } from '../../protocol/states.ts';

/** As the arena would send it; its command may also be one that there is not. */
export type Question = Omit<AgentRequest, 'command'> & { readonly command: string };

export interface AskOptions {
  /** How long the answer is waited for, which may be longer than the request says. */
  readonly patienceMs: number;
  /** After `pending`: asks whether it is done. */
  readonly again?: boolean;
}

/** What came: a body as it was sent, or the fault that the arena would record. */
export type Came = { readonly elapsedMs: number } & (
  | { readonly kind: 'body'; readonly body: string }
  | { readonly kind: 'fault'; readonly fault: FaultKind; readonly message: string }
);

export interface AskedAgent {
  /** How it is reached, for people. */
  readonly address: string;
  /** Never rejects. */
  ask(question: Question, options: AskOptions): Promise<Came>;
  /** How many answers came to requests that had been answered already. */
  surplus(): number;
  close(): Promise<void>;
}
