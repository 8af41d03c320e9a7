import type { NetworkInterfaceInfo } from "node:os";
import { networkInterfaces } from "node:os";
import { isLoopback } from "./address-class.ts";
import { interfaceBroadcasts } from "./directed-broadcast.ts";
import type { AddressWords } from "./ip-address.ts";
import { addressWords, isMappedIpv4, parseAddress } from "./ip-address.ts";

/** The addresses of this host as they were when they were read. */
export class HostAddresses {
  readonly #own: ReadonlySet<string>;
  /** Only IPv4 has broadcast addresses; each is its last word. */
  readonly #broadcasts: ReadonlySet<number>;

  constructor(interfaces: NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces()) {
    const own = Object.values(interfaces).flatMap((list) => list ?? []);
    this.#own = new Set(own.map(({ address }) => keyOf(addressWords(parseAddress(address)))));
    this.#broadcasts = new Set(
      [...interfaceBroadcasts(interfaces)].map((address) => addressWords(address)[3] ?? 0),
    );
  }

  /** Whether it is an address of this host, all of the loopback included. */
  isOwn(words: AddressWords): boolean {
    return isLoopback(words) || this.#own.has(keyOf(words));
  }

  /** Whether this is the directed broadcast address of a network that this host is on. */
  isBroadcast(words: AddressWords): boolean {
    return isMappedIpv4(words) && this.#broadcasts.has(words[3] ?? 0);
  }
}

function keyOf(words: AddressWords): string {
  return words.join();
}
