/** What a trace found at one number of hops. */
export interface TraceHop {
  /** 1 is the first router, or the far end itself. */
  readonly hop: number;
  /** Who answered, in order of appearance: several where the path has parallel ways (ECMP). None where the hop is silent. */
  readonly addresses: readonly string[];
  /** One for each answer to a small probe, in order of arrival. */
  readonly rttsMs: readonly number[];
  /** Small probes; those that were too big even so are not counted. */
  readonly sentCount: number;
  /** Of these, late answers included. */
  readonly answeredCount: number;
  /** The largest packet that arrived here, and was answered. */
  readonly answeredPacketBytes: number | undefined;
  /** What the hop said its next link carries, the least where it said several; `undefined` where it said nothing. */
  readonly mtuBeyondBytes: number | undefined;
}

/** A {@link TraceHop} while it is being found out. */
export class HopRecord {
  readonly hop: number;
  sentCount = 0;
  #answeredPacketBytes: number | undefined;
  readonly #addresses = new Set<string>();
  readonly #rttsMs: number[] = [];

  constructor(hop: number) {
    this.hop = hop;
  }

  get answeredCount(): number {
    return this.#rttsMs.length;
  }

  /** The part of the small probes that was answered; 0 where none was sent. */
  get answeredRatio(): number {
    return this.sentCount === 0 ? 0 : this.answeredCount / this.sentCount;
  }

  isAt(address: string): boolean {
    return this.#addresses.has(address);
  }

  /** Whether a packet of this size, or a larger one, was answered. */
  answers(packetBytes: number): boolean {
    return (this.#answeredPacketBytes ?? 0) >= packetBytes;
  }

  answer(from: string, packetBytes: number): void {
    this.#addresses.add(from);
    this.#answeredPacketBytes = Math.max(this.#answeredPacketBytes ?? 0, packetBytes);
  }

  measure(rttMs: number): void {
    this.#rttsMs.push(rttMs);
  }

  report(mtuBeyondBytes: number | undefined): TraceHop {
    return {
      hop: this.hop,
      addresses: [...this.#addresses],
      rttsMs: [...this.#rttsMs],
      sentCount: this.sentCount,
      answeredCount: this.answeredCount,
      answeredPacketBytes: this.#answeredPacketBytes,
      mtuBeyondBytes,
    };
  }
}
