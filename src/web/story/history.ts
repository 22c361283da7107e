/**
 * The whole journal of a contest as far as it has come, and the picture at any position of it: a picture is kept every so many
 * entries, and what lies between is folded again when it is looked at.
 */
import type { EntryDocument } from '../../client/client.ts';
import { evolvePicture } from './evolve-picture.ts';
import { blankPicture, type Picture } from './picture.ts';

const entriesPerPicture = 8;

export class History {
  /** What happened, for the ribbon below the slider: the machine that moved at each position. */
  readonly entries: EntryDocument[] = [];
  private readonly kept: Picture[] = [blankPicture];
  private newest: Picture = blankPicture;
  /** The one that was looked at last: looking again at the same moment gives the same picture. */
  private looked: Picture = blankPicture;

  get position(): number {
    return this.newest.position;
  }

  get last(): Picture {
    return this.newest;
  }

  /** Throws when the entry is not the next one: the stream that brings them has none missing and none twice. */
  add(entry: EntryDocument): void {
    if (entry.position !== this.newest.position + 1)
      throw new Error(`entry ${entry.position} came after ${this.newest.position}`);
    this.entries.push(entry);
    this.newest = evolvePicture(this.newest, entry);
    if (entry.position % entriesPerPicture === 0) this.kept.push(this.newest);
  }

  /** The picture after an entry; of the newest for any position beyond it. */
  at(position: number): Picture {
    if (position >= this.newest.position) return this.newest;
    const wanted = Math.max(0, position);
    if (this.looked.position === wanted) return this.looked;
    let picture = this.kept[Math.floor(wanted / entriesPerPicture)] ?? blankPicture;
    for (const entry of this.entries.slice(picture.position, wanted)) picture = evolvePicture(picture, entry);
    this.looked = picture;
    return picture;
  }
}
