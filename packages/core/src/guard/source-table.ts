import type { AddressWords } from "../address/ip-address.ts";
import { sourcePrefix } from "../address/source-prefix.ts";
import type { Silence } from "./heard-order.ts";
import { HeardOrder, Place } from "./heard-order.ts";

/** What a {@link SourceTable} has room for, and how long it remembers. */
export interface SourceTableOptions {
  /** Entries in all, 1 or more. */
  readonly maxEntries: number;
  /** Entries of one source, 1 or more. */
  readonly maxEntriesPerSource: number;
  /** An entry that was silent for so long is over. */
  readonly lifetimeNs: number;
  /** Where there is no room, one that was silent for so long makes it. */
  readonly sparedNs: number;
  /** The same of one that is finished. Default: as of any other. */
  readonly finishedSparedNs?: number | undefined;
}

/** Of whom something is to be remembered. */
export interface SourceTableNewcomer<Key> {
  readonly key: Key;
  /** IPv4 in its mapped form. */
  readonly sourceAddress: AddressWords;
}

/** What is of one source. */
class SourcePart<Key, Value> {
  readonly prefix: string;
  readonly order = new HeardOrder<Entry<Key, Value>>();
  entryCount = 0;

  constructor(prefix: string) {
    this.prefix = prefix;
  }
}

class Entry<Key, Value> {
  readonly key: Key;
  readonly value: Value;
  readonly part: SourcePart<Key, Value>;
  heardAtNs: number;
  isFinished = false;
  readonly placeInAll = new Place<Entry<Key, Value>>(this);
  readonly placeInPart = new Place<Entry<Key, Value>>(this);

  constructor(key: Key, value: Value, part: SourcePart<Key, Value>, nowNs: number) {
    this.key = key;
    this.value = value;
    this.part = part;
    this.heardAtNs = nowNs;
  }
}

/**
 * What a server remembers of its clients, in a bounded memory, of which one source, an IPv6 /64 or any
 * other single host, has a part. What is heard keeps its place, whoever else comes: a flood keeps new ones
 * out, and ends none. A source that has filled its part makes room in it, and costs nobody else an entry.
 *
 * Nothing takes longer the more there is. Times must not go back.
 */
export class SourceTable<Key, Value> {
  readonly #options: SourceTableOptions;
  readonly #entries = new Map<Key, Entry<Key, Value>>();
  readonly #order = new HeardOrder<Entry<Key, Value>>();
  readonly #parts = new Map<string, SourcePart<Key, Value>>();

  constructor(options: SourceTableOptions) {
    this.#options = options;
  }

  /** How much is remembered, what is over but not yet forgotten included. */
  get size(): number {
    return this.#entries.size;
  }

  /** Of how many sources. */
  get sourceCount(): number {
    return this.#parts.size;
  }

  /** What is remembered; `undefined` where nothing is, or where it is over. */
  find(key: Key, nowNs: number): Value | undefined {
    return this.#find(key, nowNs)?.value;
  }

  /** Something came that belongs to an entry. */
  noteHeard(key: Key, nowNs: number): void {
    const entry = this.#find(key, nowNs);
    if (entry === undefined) return;
    entry.heardAtNs = nowNs;
    this.#putLast(entry);
  }

  /** The last came that need belong to an entry. */
  finish(key: Key, nowNs: number): void {
    const entry = this.#find(key, nowNs);
    if (entry !== undefined) entry.isFinished = true;
    this.noteHeard(key, nowNs);
  }

  /** Remembers what `create` makes, as heard now; `undefined` where there is no room, or the key is taken. */
  admit(
    { key, sourceAddress }: SourceTableNewcomer<Key>,
    nowNs: number,
    create: () => Value,
  ): Value | undefined {
    this.#forgetOver(nowNs);
    const prefix = sourcePrefix(sourceAddress);
    const part = this.#parts.get(prefix) ?? new SourcePart(prefix);
    if (this.#entries.has(key) || !this.#makeRoom(part, nowNs)) return undefined;
    const entry = new Entry(key, create(), part, nowNs);
    this.#entries.set(key, entry);
    this.#parts.set(prefix, part);
    part.entryCount++;
    this.#putLast(entry);
    return entry.value;
  }

  #find(key: Key, nowNs: number): Entry<Key, Value> | undefined {
    const entry = this.#entries.get(key);
    const isOver = entry !== undefined && entry.heardAtNs <= nowNs - this.#options.lifetimeNs;
    return isOver ? undefined : entry;
  }

  #putLast(entry: Entry<Key, Value>): void {
    this.#order.putLast(entry.placeInAll);
    entry.part.order.putLast(entry.placeInPart);
  }

  #forgetOver(nowNs: number): void {
    const sinceNs = nowNs - this.#options.lifetimeNs;
    const silence = { sinceNs, finishedSinceNs: sinceNs };
    while (this.#forgetFirst(this.#order, silence)) {
      // Until those that are left were heard since.
    }
  }

  #makeRoom({ order, entryCount }: SourcePart<Key, Value>, nowNs: number): boolean {
    const {
      maxEntries,
      maxEntriesPerSource,
      sparedNs,
      finishedSparedNs = sparedNs,
    } = this.#options;
    const silence = { sinceNs: nowNs - sparedNs, finishedSinceNs: nowNs - finishedSparedNs };
    if (entryCount >= maxEntriesPerSource) return this.#forgetFirst(order, silence);
    return this.size < maxEntries || this.#forgetFirst(this.#order, silence);
  }

  /** Forgets the one that was silent longest; `false` where none was since then. */
  #forgetFirst(order: HeardOrder<Entry<Key, Value>>, silence: Silence): boolean {
    const entry = order.firstSilent(silence);
    if (entry === undefined) return false;
    const { key, part, placeInAll, placeInPart } = entry;
    this.#entries.delete(key);
    placeInAll.leave();
    placeInPart.leave();
    part.entryCount--;
    if (part.entryCount === 0) this.#parts.delete(part.prefix);
    return true;
  }
}
