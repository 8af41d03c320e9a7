import type { Endpoint } from "../address/endpoint.ts";
import type { AddressWords } from "../address/ip-address.ts";
import { writeAddressWords } from "../address/ip-address.ts";

/** Where a datagram says that it came from. */
export interface DatagramSource {
  /** IPv4 in its mapped form. */
  sourceAddress: AddressWords;
  /** 0 to 65535. */
  sourcePort: number;
}

/** A received datagram as servers judge it. One object can serve for every datagram in turn. */
export interface ArrivedDatagram extends DatagramSource {
  /** What came, without any header. */
  payload: Uint8Array;
  /** TTL or hop limit that it had left, where the socket tells. */
  hopLimit?: number | undefined;
  /** When the kernel had it, in nanoseconds of UNIX time by the clock of this host; where the socket tells. */
  arrivedAtUnixNs?: bigint | undefined;
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
