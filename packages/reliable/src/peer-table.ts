import type { Endpoint, ReplyVerdict } from "@udp/core";
import { formatEndpoint } from "@udp/core";
import { Peer } from "./peer.ts";
import type { RetransmissionOptions } from "./retransmission.ts";

/** So many are remembered; of those without a request the one that was asked longest ago is forgotten. */
const MAX_PEERS = 4096;

/** How often each verdict was given. */
export type VerdictCounts = Readonly<Partial<Record<ReplyVerdict, number>>>;

/** Those whom a requester asks, and what was thought of their frames. */
export class PeerTable {
  readonly #retransmission: RetransmissionOptions;
  /** In the order in which they were last asked. */
  readonly #peers = new Map<string, Peer>();
  #forgottenVerdicts: VerdictCounts = {};

  constructor(retransmission: RetransmissionOptions) {
    this.#retransmission = retransmission;
  }

  /** Of all, those that are forgotten too. */
  get verdicts(): VerdictCounts {
    return [...this.#peers.values()].reduce(addVerdicts, this.#forgottenVerdicts);
  }

  values(): Iterable<Peer> {
    return this.#peers.values();
  }

  find(endpoint: Endpoint): Peer | undefined {
    return this.#peers.get(formatEndpoint(endpoint));
  }

  /** The one that is to be asked. */
  admit(endpoint: Endpoint): Peer {
    const key = formatEndpoint(endpoint);
    const peer = this.#peers.get(key) ?? new Peer(endpoint, this.#retransmission);
    this.#peers.delete(key);
    if (this.#peers.size >= MAX_PEERS) this.#forgetIdle();
    this.#peers.set(key, peer);
    return peer;
  }

  #forgetIdle(): void {
    for (const [key, peer] of this.#peers) {
      if (peer.requestCount > 0) continue;
      this.#forgottenVerdicts = addVerdicts(this.#forgottenVerdicts, peer);
      this.#peers.delete(key);
      return;
    }
  }
}

function addVerdicts(sum: VerdictCounts, { matcher }: Peer): VerdictCounts {
  const counts = Object.entries(matcher.counts) as [ReplyVerdict, number][];
  return {
    ...sum,
    ...Object.fromEntries(counts.map(([name, count]) => [name, (sum[name] ?? 0) + count])),
  };
}
