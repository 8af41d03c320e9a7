import type { AddressFamily } from "../address/ip-address.ts";
import type { BatchSlot } from "./batch-slot.ts";
import { ipOptions } from "./ip-options.ts";
import { reportArrivalTimes, SO_TIMESTAMPING, SOL_SOCKET, timeInWords } from "./kernel-time.ts";
import { setSocketOption } from "./libc.ts";
import type { ReplySource } from "./reply-source.ts";

/** Room for all that is asked for: with IPv6 a destination, a hop limit and times take 128. What has none is cut off. */
const CONTROL_BYTES = 192;

/** `struct cmsghdr`, see control-message.ts. */
const LEVEL = 2;
const TYPE = 3;
const DATA = 4;
const HEADER_BYTES = 16;

/** What the kernel is asked to say beside the datagrams of a batch. */
export interface BatchArrivalsOptions {
  readonly family: AddressFamily;
  readonly count: number;
  /** Told where each was sent to. */
  readonly sources: ReplySource | undefined;
  readonly reportsHopLimit: boolean;
  readonly reportsTime: boolean;
}

/**
 * What the kernel says beside the datagrams of a batch. Read word by word, as a view or an object for each
 * message would cost more than the rest of a datagram.
 */
export class BatchArrivals {
  /** Of each slot. */
  readonly bytes: number = CONTROL_BYTES;
  readonly #words: Uint32Array;
  readonly #options: BatchArrivalsOptions;
  /** Of the control message with the destination. */
  readonly #infoLevel: number;
  readonly #infoType: number;

  constructor(options: BatchArrivalsOptions) {
    const { level, packetInfoMessage } = ipOptions(options.family);
    this.#options = options;
    this.#words = new Uint32Array((options.count * CONTROL_BYTES) / 4);
    this.#infoLevel = level;
    this.#infoType = packetInfoMessage;
  }

  /** Has the kernel say it. @throws UdpError `UDP_SYSTEM`. */
  ask(fd: number): void {
    const { family, sources, reportsHopLimit, reportsTime } = this.#options;
    const { level, receivePacketInfo, receiveHopLimit } = ipOptions(family);
    const on = Int32Array.of(1);
    if (sources !== undefined) setSocketOption(fd, level, receivePacketInfo, on);
    if (reportsTime) reportArrivalTimes(fd);
    if (!reportsHopLimit) return;
    setSocketOption(fd, level, receiveHopLimit, on);
    // IPv4 that comes to an IPv6 socket has its TTL by the option of IPv4.
    if (family === 6) setSocketOption(fd, IPV4.level, IPV4.receiveHopLimit, on);
  }

  /** Where the kernel writes it. */
  memoryOf(index: number): Uint8Array {
    return new Uint8Array(this.#words.buffer, index * CONTROL_BYTES, CONTROL_BYTES);
  }

  /** So many bytes came beside the datagram of a slot, which is told what they say. */
  read(index: number, bytes: number, slot: BatchSlot): void {
    slot.hopLimit = undefined;
    slot.arrivedAtUnixNs = undefined;
    const end = (index * CONTROL_BYTES + bytes) / 4;
    for (let word = (index * CONTROL_BYTES) / 4; word + DATA <= end; ) {
      const length = this.#words[word] ?? 0;
      if (length < HEADER_BYTES || word + length / 4 > end) return;
      this.#note(index, word, slot);
      word += 2 * Math.ceil(length / 8);
    }
  }

  #note(index: number, word: number, slot: BatchSlot): void {
    const [words, data] = [this.#words, word + DATA];
    const level = words[word + LEVEL];
    const type = words[word + TYPE];
    if (level === this.#infoLevel && type === this.#infoType) {
      this.#options.sources?.note(index, words, data);
    } else if (level === SOL_SOCKET && type === SO_TIMESTAMPING) {
      slot.arrivedAtUnixNs = timeInWords(words, data);
    } else if (
      (level === IPV4.level && type === IPV4.hopLimitMessage) ||
      (level === IPV6.level && type === IPV6.hopLimitMessage)
    ) {
      slot.hopLimit = words[data];
    }
  }
}

const IPV4 = ipOptions(4);
const IPV6 = ipOptions(6);
