/**
 * Addresses: where each actor lives below its root, and which machine answers there, and the roots of what the catalogue holds. The only
 * code that builds or takes apart these; those of generations are their machine's.
 */
import type { CatalogueModel } from '../protocol/catalogue.ts';
import type { Address } from './runtime/machine.ts';

export const kinds = ['contest', 'setup', 'participant', 'round', 'job'] as const;
export type Kind = (typeof kinds)[number];

export const addressOf = {
  contest: (contest: string): Address => `contest/${contest}`,
  setup: (contest: string): Address => `contest/${contest}/setup`,
  participant: (contest: string, participant: string): Address => `contest/${contest}/participant/${participant}`,
  round: (contest: string, roundNo: number): Address => `contest/${contest}/round/${roundNo}`,
  topJob: (job: string): Address => `job/${job}`,
  childJob: (parent: Address, job: string): Address => `${parent}/${job}`,
  /** The root and stream of what happens to one object of the catalogue. */
  catalogued: (model: CatalogueModel, id: string): Address => `${model}/${id}`,
} as const;

/** The root of an address: its first two segments. */
export function rootOf(address: Address): string {
  const end = address.indexOf('/', address.indexOf('/') + 1);
  return end === -1 ? address : address.slice(0, end);
}

/** The address's last segment: a job's id, a round's number. */
export function lastSegment(address: Address): string {
  return address.slice(address.lastIndexOf('/') + 1);
}

/** Whether an address is `top` or lies below it. */
export function isWithin(address: Address, top: Address): boolean {
  return address.startsWith(top) && (address.length === top.length || address[top.length] === '/');
}

/** The model and the id of the object of the catalogue that a root is of. */
export function cataloguedIn(root: string): { model: string; id: string } {
  const end = root.indexOf('/');
  return { model: root.slice(0, end), id: root.slice(end + 1) };
}

/** The contest that an address lies in, or null for a job of its own. */
export function contestOf(address: Address): string | null {
  const prefix = 'contest/';
  return address.startsWith(prefix) ? rootOf(address).slice(prefix.length) || null : null;
}

/** Which machine lives at an address. */
export function kindOf(address: Address): Kind {
  const segments = address.split('/');
  if (segments[0] === 'job') return 'job';
  switch (segments[2]) {
    case undefined:
      return 'contest';
    case 'setup':
      return segments.length === 3 ? 'setup' : 'job';
    case 'participant':
      return segments.length === 4 ? 'participant' : 'job';
    default:
      return segments.length === 4 ? 'round' : 'job';
  }
}

/** The address that an actor is spawned below, or null for the top of a root. */
export function parentOf(address: Address): Address | null {
  if (rootOf(address) === address) return null;
  const kind = kindOf(address);
  if (kind === 'setup' || kind === 'participant' || kind === 'round') return rootOf(address);
  return address.slice(0, address.lastIndexOf('/'));
}
