/** A router's word that a packet was too large for its next link; it quoted a probe of ours. */
export interface PacketTooBig {
  /** The router. */
  readonly from: string;
  /** What it says the next link carries, in IP packet bytes. */
  readonly mtuBytes: number;
  /** The probe that it quoted, in IP packet bytes. */
  readonly quotedBytes: number;
}
