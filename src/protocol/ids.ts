/**
 * Ids: three words and a suffix, such as `amber-falcon-drifts-4k2j9x7q`. Letters and digits joined by `-` only, so that an id
 * is safe as a subject token, a file name and a part of a URL. An id is made from bytes: random ones, or the hash of what
 * it is derived from, so that a replay names the same children.
 */
import { hash, randomBytes } from 'node:crypto';
import { z } from 'zod';

const adjectives =
  words(`amber ancient arctic autumn azure bold brave bright bronze calm clever cobalt copper coral cosmic
 crimson curious daring dawn deep eager early emerald fabled fair fearless fleet frosty gentle gilded golden grand hidden
 humble indigo ivory jade jolly keen kind lively lucky lunar mellow mighty misty noble northern patient placid proud quick
 quiet royal rustic scarlet silent silver solar steady stellar sunny swift velvet vivid wise`);
const nouns = words(`acorn anchor arrow aspen badger beacon bear birch bison breeze brook canyon cedar cliff cloud comet
 condor coral crane delta dolphin dune eagle ember falcon fern finch fjord fox glacier grove harbor hawk heron island
 jaguar juniper lagoon lantern lark lion lotus lynx maple meadow moon moose oak ocean orchid osprey otter panda pebble
 pine planet raven reef ridge river robin sparrow spruce tiger`);
const verbs =
  words(`arrives asks bakes balances begins blooms builds calls carves circles climbs dances dives draws dreams
 drifts explores falls finds flies floats gathers gleams glides grows guides hides hums jumps keeps knows laughs leads
 leaps learns listens marches mends moves paints plays races reads rests rides rises roams runs sails seeks shines sings
 skips sleeps soars speaks spins sprints stands strolls swims tells travels wades`);

/** An id from at least 9 bytes. */
function idFromBytes(bytes: Buffer): string {
  const suffix = bytes.readUIntBE(3, 6).toString(36).padStart(10, '0');
  return `${pick(adjectives, bytes[0])}-${pick(nouns, bytes[1])}-${pick(verbs, bytes[2])}-${suffix.slice(-8)}`;
}

export function randomId(): string {
  return idFromBytes(randomBytes(9));
}

/** The id that follows from its parts: the same parts always give the same id. */
export function derivedId(...parts: (string | number)[]): string {
  // As text and back: a digest that is asked for as a buffer takes twice the time.
  return idFromBytes(Buffer.from(hash('sha256', parts.join('\u0000')), 'hex'));
}

const idPattern = /^[A-Za-z0-9]+(-[A-Za-z0-9]+){2,}$/;

/** Whether a text has the form of an id: at least three words of letters and digits joined by `-`. */
export function isId(text: string): boolean {
  return text.length <= 100 && idPattern.test(text);
}

export const idSchema = z.string().refine(isId, 'an id is at least three words of letters and digits joined by "-"');

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word.length > 0);
}

function pick(list: readonly string[], byte: number | undefined): string {
  return list[(byte ?? 0) % list.length] as string;
}
