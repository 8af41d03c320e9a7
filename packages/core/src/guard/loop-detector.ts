import type { Random } from "../random.ts";
import { randomWord, secureRandom } from "../random.ts";
import type { ArrivedDatagram } from "./arrived-datagram.ts";
import { SlotTable } from "./slot-table.ts";

const SLOTS = 16_384;

/** So many arrivals of one payload from one endpoint are answered. Two servers make twice as many. */
const MAX_REPEATS = 256;

/** A payload that stays away for so long starts afresh. Longer than any round trip of a loop. */
const FORGET_AFTER_NS = 1_000_000_000;

/**
 * Recognises a loop between two servers by what it must do: bring the same payload back from the
 * same endpoint again and again. Payloads that change are not touched; many loops at once are
 * told apart. Fixed memory (about 0.5 MB).
 */
export class LoopDetector {
  readonly #table: SlotTable;
  readonly #repeats = new Uint16Array(SLOTS);
  readonly #seed: number;

  constructor(random: Random = secureRandom) {
    this.#table = new SlotTable(SLOTS, random);
    this.#seed = randomWord(random);
  }

  /** Notes an arrival and says whether it belongs to a loop. */
  isLooping(datagram: ArrivedDatagram, nowNs: number): boolean {
    const slot = this.#slotOf(datagram);
    const { stampNs } = this.#table;
    const isAfresh = nowNs - (stampNs[slot] ?? nowNs) > FORGET_AFTER_NS;
    const repeats = isAfresh ? 1 : Math.min((this.#repeats[slot] ?? 0) + 1, MAX_REPEATS + 1);
    this.#repeats[slot] = repeats;
    stampNs[slot] = nowNs;
    return repeats > MAX_REPEATS;
  }

  #slotOf({ payload, sourceAddress, sourcePort }: ArrivedDatagram): number {
    // Read by index: destructuring a typed array goes through its iterator, at twice the time.
    const upper = (sourceAddress[0] ?? 0) ^ (sourceAddress[1] ?? 0) ^ (sourceAddress[2] ?? 0);
    const payloadHash = Bun.hash.xxHash32(payload, this.#seed);
    return this.#table.slotOf(payloadHash, upper >>> 0, sourceAddress[3] ?? 0, sourcePort);
  }
}
