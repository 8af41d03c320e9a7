import type { Endpoint } from "@udp/core";
import type { ServiceInfo } from "./announcement.ts";
import type { Destination } from "./destination.ts";
import type { DiscoveryPath } from "./discovery-path.ts";
import type { AnswerFrame } from "./frame.ts";
import type { InstanceId } from "./instance.ts";

/** A responder, as it was when this was made. */
export interface FoundResponder {
  readonly instanceId: InstanceId;
  readonly name: string;
  readonly info: ServiceInfo;
  readonly ttlSeconds: number;
  /** Where its service is: the address that its first answer came from, the port that it names. */
  readonly endpoint: Endpoint;
  /** The same for all the addresses that it answered from, the first one first; at most 8. */
  readonly endpoints: readonly Endpoint[];
  /** By which its first answer came, as far as that is known. */
  readonly interfaceName: string | undefined;
  /** The shortest round trip time, less what the responder held the query; milliseconds. */
  readonly rttMs: number;
  /** Where it was reached, in the order in which that was learned. */
  readonly paths: readonly Destination[];
  /**
   * Those of `paths` that came to it by an interface at which it hears the discovery's group, as it
   * says.
   */
  readonly memberPaths: readonly Destination[];
}

/** An answer that was believed, and what its receiver knows about it. */
export interface Sighting {
  readonly answer: AnswerFrame;
  /** Those that the answer names, as far as they were gone. */
  readonly paths: readonly DiscoveryPath<Responder>[];
  readonly fromAddress: string;
  readonly interfaceName: string | undefined;
  readonly rttMs: number;
}

const MAX_ADDRESSES = 8;

/** What is known of a responder. */
export class Responder {
  readonly instanceId: InstanceId;
  /** Later than that it is asked again, so that it does not expire while it is there (RFC 6762 7.1). */
  staleAtNs: number = Number.NEGATIVE_INFINITY;
  cancelExpiry: () => void = () => undefined;
  readonly #interfaceName: string | undefined;
  readonly #addresses: string[] = [];
  /** And whether it said that it hears the group there. */
  readonly #paths = new Map<DiscoveryPath<Responder>, boolean>();
  #answer: AnswerFrame;
  #rttMs = Number.POSITIVE_INFINITY;

  constructor({ answer, interfaceName }: Sighting) {
    this.instanceId = answer.instanceId;
    this.#answer = answer;
    this.#interfaceName = interfaceName;
  }

  get ttlSeconds(): number {
    return this.#answer.ttlSeconds;
  }

  /** Whether there is anything new in it besides its time. */
  merge({ answer, paths, fromAddress, rttMs }: Sighting): boolean {
    const before = this.#addresses.length + this.#paths.size;
    const isChanged = answer.round >= this.#answer.round && !saysTheSame(answer, this.#answer);
    if (answer.round >= this.#answer.round) this.#answer = answer;
    this.#rttMs = Math.min(this.#rttMs, rttMs);
    for (const path of paths) {
      path.reached.add(this);
      this.#paths.set(path, answer.hearsGroup);
    }
    const isNewAddress = !this.#addresses.includes(fromAddress);
    if (isNewAddress && this.#addresses.length < MAX_ADDRESSES) this.#addresses.push(fromAddress);
    return isChanged || this.#addresses.length + this.#paths.size > before;
  }

  /** No path reaches it any more. */
  leave(): void {
    this.cancelExpiry();
    for (const path of this.#paths.keys()) path.reached.delete(this);
  }

  inspect(): FoundResponder {
    const { name, info, ttlSeconds, port } = this.#answer;
    const [first = "", ...others] = this.#addresses;
    const endpoint = { address: first, port };
    return {
      instanceId: this.instanceId,
      name,
      info,
      ttlSeconds,
      endpoint,
      endpoints: [endpoint, ...others.map((address) => ({ address, port }))],
      interfaceName: this.#interfaceName,
      rttMs: this.#rttMs,
      paths: [...this.#paths.keys()].map(({ destination }) => destination),
      memberPaths: [...this.#paths]
        .filter(([, hearsGroup]) => hearsGroup)
        .map(([{ destination }]) => destination),
    };
  }
}

function saysTheSame(one: AnswerFrame, other: AnswerFrame): boolean {
  return (
    one.name === other.name &&
    one.port === other.port &&
    one.ttlSeconds === other.ttlSeconds &&
    Bun.deepEquals(one.info, other.info)
  );
}
