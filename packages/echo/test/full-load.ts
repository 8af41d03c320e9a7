import type { Endpoint, Random } from "@udp/core";
import { MessageSocket } from "@udp/core/linux";

const PEER_COUNT = 8;
const BURST_SIZE = 16;
/** Now and then a peer goes, and one comes with another address and port. */
const BURSTS_PER_PEER = 200;

const SMALL_BYTES = 1400;
const LARGE_BYTES = 65_507;
const LARGE_RATIO = 0.01;

/** Peers that send as fast as they can, and never listen. */
export class FullLoad implements Disposable {
  sentCount = 0;
  peerCount = 0;
  readonly #server: Endpoint;
  readonly #random: Random;
  readonly #peers: MessageSocket[] = [];
  readonly #payload = new Uint8Array(LARGE_BYTES);
  readonly #view = new DataView(this.#payload.buffer);
  #burstCount = 0;

  constructor(server: Endpoint, random: Random) {
    this.#server = server;
    this.#random = random;
    while (this.#peers.length < PEER_COUNT) this.#addPeer();
  }

  /** Each peer sends a few datagrams. */
  send(): void {
    for (const peer of this.#peers) this.#burst(peer);
    if (++this.#burstCount % (BURSTS_PER_PEER / PEER_COUNT) !== 0) return;
    this.#peers.shift()?.[Symbol.dispose]();
    this.#addPeer();
  }

  [Symbol.dispose](): void {
    for (const peer of this.#peers) peer[Symbol.dispose]();
  }

  #addPeer(): void {
    const [b, c, d] = [0, 0, 0].map(() => 1 + Math.floor(this.#random() * 254));
    const local = { address: `127.${b}.${c}.${d}`, port: 0 };
    this.#peers.push(new MessageSocket({ family: 4, local }));
    this.peerCount++;
  }

  #burst(peer: MessageSocket): void {
    for (let number = 0; number < BURST_SIZE; number++) {
      const isLarge = this.#random() < LARGE_RATIO;
      const maxBytes = isLarge ? LARGE_BYTES : SMALL_BYTES;
      // What repeats could be a loop to the server.
      this.#view.setUint32(0, this.sentCount);
      const bytes = 4 + Math.floor(this.#random() * (maxBytes - 4));
      const outcome = peer.send(this.#payload.subarray(0, bytes), { to: this.#server });
      if (outcome === "sent") this.sentCount++;
    }
  }
}
