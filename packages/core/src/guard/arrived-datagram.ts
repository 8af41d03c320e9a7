import type { AddressWords } from "../address/ip-address.ts";

/** A received datagram as servers judge it. One object can serve for every datagram in turn. */
export interface ArrivedDatagram {
  /** What came, without any header. */
  payload: Uint8Array;
  /** Where it says that it came from; IPv4 in its mapped form. */
  sourceAddress: AddressWords;
  /** 0 to 65535. */
  sourcePort: number;
}
