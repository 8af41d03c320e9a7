/** Something that is heard from now and then. */
export interface Heard {
  readonly heardAtNs: number;
  /** Whether no more need come. */
  readonly isFinished: boolean;
}

/** Since when something was silent at least. */
export interface Silence {
  readonly sinceNs: number;
  /** The same of what is finished. */
  readonly finishedSinceNs: number;
}

/**
 * Things in the order in which they were last heard; those that are finished stand by themselves. Putting
 * one last takes some nanoseconds: a set, from which it is taken and added again, needs many times that.
 */
export class HeardOrder<Item extends Heard> {
  readonly #awaited = new Place<Item>();
  readonly #finished = new Place<Item>();

  /** Puts something last: it was heard just now, or is finished. */
  putLast(place: Place<Item>): void {
    place.leave();
    place.standBefore(place.item?.isFinished ? this.#finished : this.#awaited);
  }

  /** The one that was silent longest, a finished one first; `undefined` where none was since then. */
  firstSilent({ sinceNs, finishedSinceNs }: Silence): Item | undefined {
    return (
      firstBefore(this.#finished.next, finishedSinceNs) ?? firstBefore(this.#awaited.next, sinceNs)
    );
  }
}

/** Where something stands in a {@link HeardOrder}: in a ring, whose beginning is the place of nothing. */
export class Place<Item> {
  readonly item: Item | undefined;
  #previous: Place<Item> = this;
  #next: Place<Item> = this;

  constructor(item?: Item) {
    this.item = item;
  }

  get next(): Place<Item> {
    return this.#next;
  }

  leave(): void {
    this.#previous.#next = this.#next;
    this.#next.#previous = this.#previous;
    this.#previous = this;
    this.#next = this;
  }

  standBefore(other: Place<Item>): void {
    this.#previous = other.#previous;
    this.#next = other;
    other.#previous.#next = this;
    other.#previous = this;
  }
}

function firstBefore<Item extends Heard>({ item }: Place<Item>, sinceNs: number): Item | undefined {
  return item !== undefined && item.heardAtNs <= sinceNs ? item : undefined;
}
