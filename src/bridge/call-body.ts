/** What the call of a job carries as its body, whether it goes to a URL or on a subject. */
import type { OutboundCall } from '../actors/job/state.ts';
import type { Json } from '../protocol/json.ts';

export interface CallBody {
  /** A string as it was given, anything else as JSON. */
  readonly text: string;
  readonly isJson: boolean;
}

/** The body for a task's data. A batch tells what its children have come to, so that whoever is called need not look anything up. */
export function bodyOf({ job_id, child_data }: OutboundCall, data: Json): CallBody {
  const value: Json = child_data === null ? data : { job_id, data, child_data: [...child_data] };
  return typeof value === 'string' ? { text: value, isJson: false } : { text: JSON.stringify(value), isJson: true };
}
