import type { Endpoint } from "../address/endpoint.ts";
import type { AddressWords } from "../address/ip-address.ts";
import { writeAddressWords } from "../address/ip-address.ts";

/** A received datagram as servers judge it. One object can serve for every datagram in turn. */
export interface ArrivedDatagram {
  /** What came, without any header. */
  payload: Uint8Array;
  /** Where it says that it came from; IPv4 in its mapped form. */
  sourceAddress: AddressWords;
  /** 0 to 65535. */
  sourcePort: number;
}

/** Turns what a socket delivers into {@link ArrivedDatagram}s, allocating nothing on the way. */
export class ArrivalReader {
  readonly #arrived: ArrivedDatagram = {
    payload: new Uint8Array(),
    sourceAddress: new Uint32Array(4),
    sourcePort: 0,
  };
  #lastAddress = "";

  /** Valid until the next call. */
  read(payload: Uint8Array, from: Endpoint): ArrivedDatagram {
    const arrived = this.#arrived;
    if (from.address !== this.#lastAddress) {
      writeAddressWords(from.address, arrived.sourceAddress);
      this.#lastAddress = from.address;
    }
    arrived.payload = payload;
    arrived.sourcePort = from.port;
    return arrived;
  }
}
