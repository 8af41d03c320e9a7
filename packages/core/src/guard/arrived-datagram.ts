import type { AddressWords } from "../address/ip-address.ts";

/** A received datagram as servers judge it. One object can serve for every datagram in turn. */
export interface ArrivedDatagram {
  payload: Uint8Array;
  sourceAddress: AddressWords;
  sourcePort: number;
}
