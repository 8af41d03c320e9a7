import {
  isLimitedBroadcast,
  isLoopback,
  isMulticast,
  isUnspecified,
} from "../address/address-class.ts";
import { addressWords, parseAddress } from "../address/ip-address.ts";
import { UdpError } from "../errors.ts";
import type { Random } from "../random.ts";
import { randomWord, seededRandom } from "../random.ts";
import type { Clock } from "../timing/clock.ts";
import type { LinkCounters } from "./link.ts";
import { Link } from "./link.ts";
import type { LinkOptions } from "./link-options.ts";
import { linkSettings } from "./link-options.ts";
import type { Packet } from "./packet.ts";
import { LIMITED_BROADCAST_ADDRESS, packetBytes, refusalBytes } from "./packet.ts";
import type { SimulatedHost } from "./simulated-host.ts";
import { Host } from "./simulated-host.ts";

/** What {@link createNetwork} is given: time, chance, and the usual link. */
export interface NetworkOptions {
  /** Usually a `VirtualClock`; its timers carry the datagrams. */
  readonly clock: Clock;
  /** Decides every loss, jitter and ephemeral port: with the same seed the same run. */
  readonly random: Random;
  /** The links between all pairs of hosts, per direction; default perfect. */
  readonly link?: LinkOptions;
}

/**
 * Hosts in memory, each linked with each other, without routers between them.
 *
 * Sockets behave as they do on Linux: a host answers for 127.0.0.0/8 and `::1` by itself, a closed
 * port refuses (ICMP port unreachable travels back over the links and reaches `onError`), a
 * wildcard-bound socket sends from the host's first address of the family. Not simulated: path MTUs
 * and fragments, multicast, directed broadcasts, ICMP rate limits, and back-pressure: `send` always
 * takes the datagram. What is sent to an address that no host has vanishes.
 */
export interface SimulatedNetwork {
  /**
   * Adds a host.
   *
   * @throws UdpError `UDP_BAD_ADDRESS`; `UDP_BAD_OPTION` where the name or an address is in use, or
   * the address is none that a host can have.
   */
  host(name: string, addresses: readonly string[]): SimulatedHost;

  /**
   * Changes one direction of a link, from the next datagram on. A host's link to itself is its
   * loopback, which is perfect otherwise.
   *
   * @throws UdpError `UDP_BAD_OPTION`.
   */
  setLink(from: SimulatedHost, to: SimulatedHost, options: LinkOptions): void;

  /** What one direction of a link has done so far, to datagrams and refusals. */
  counters(from: SimulatedHost, to: SimulatedHost): LinkCounters;
}

/** @throws UdpError `UDP_BAD_OPTION` where the link options are out of range. */
export function createNetwork(options: NetworkOptions): SimulatedNetwork {
  return new Network(options);
}

class Network implements SimulatedNetwork {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #defaultLink: LinkOptions;
  readonly #hosts: Host[] = [];
  readonly #hostByAddress = new Map<string, Host>();
  readonly #links = new Map<SimulatedHost, Map<SimulatedHost, Link>>();

  constructor({ clock, random, link = {} }: NetworkOptions) {
    this.#clock = clock;
    this.#random = random;
    this.#defaultLink = link;
    linkSettings(link);
  }

  host(name: string, addresses: readonly string[]): SimulatedHost {
    const canonical = [...new Set(addresses.map(parseAddress))];
    if (this.#hosts.some((host) => host.name === name)) throw taken(`the name ${name}`);
    for (const address of canonical) this.#requireFree(address);
    const host = new Host(name, canonical, this.#random, (from, packet) =>
      this.#transmit(from, packet),
    );
    this.#hosts.push(host);
    for (const address of canonical) this.#hostByAddress.set(address, host);
    return host;
  }

  setLink(from: SimulatedHost, to: SimulatedHost, options: LinkOptions): void {
    this.#link(from, to).configure(options);
  }

  counters(from: SimulatedHost, to: SimulatedHost): LinkCounters {
    return this.#link(from, to).counters;
  }

  #requireFree(address: string): void {
    if (this.#hostByAddress.has(address)) throw taken(`the address ${address}`);
    if (isUnicast(address)) return;
    throw new UdpError(
      "UDP_BAD_OPTION",
      `expected unicast addresses outside the loopback; got ${address}`,
    );
  }

  #transmit(from: Host, packet: Packet): void {
    const { address } = packet.to;
    if (address === LIMITED_BROADCAST_ADDRESS) {
      for (const host of this.#hosts) this.#broadcast(from, host, packet);
      return;
    }
    const to = this.#hostAt(address, from);
    if (to === undefined) return;
    this.#carry(from, to, packetBytes(packet), () => {
      if (!to.deliver(packet)) this.#refuse(to, from, packet);
    });
  }

  /** The host that an address means to `near`, its loopback included. */
  #hostAt(address: string, near: Host): Host | undefined {
    return near.owns(address) ? near : this.#hostByAddress.get(address);
  }

  #broadcast(from: Host, to: Host, packet: Packet): void {
    if (!to.hasFamilyOf(packet.to.address)) return;
    this.#carry(from, to, packetBytes(packet), () => to.deliver(packet));
  }

  /** A forged source has the refusal, whoever sent the datagram. */
  #refuse(by: Host, sender: Host, refused: Packet): void {
    const to = this.#hostAt(refused.from.address, sender);
    if (to === undefined) return;
    this.#carry(by, to, refusalBytes(refused), () => to.deliverRefusal(refused));
  }

  #carry(from: Host, to: Host, bytes: number, arrive: () => void): void {
    const fate = this.#link(from, to).send(bytes, this.#clock.nowNs());
    if (fate.kind === "dropped") return;
    for (const arrivalNs of fate.arrivalsNs) this.#clock.at(arrivalNs, arrive);
  }

  #link(from: SimulatedHost, to: SimulatedHost): Link {
    const outgoing = this.#links.get(from) ?? new Map<SimulatedHost, Link>();
    this.#links.set(from, outgoing);
    const link = outgoing.get(to) ?? this.#createLink(from, to);
    outgoing.set(to, link);
    return link;
  }

  /** Each direction has random numbers of its own: traffic elsewhere does not change its fates. */
  #createLink(from: SimulatedHost, to: SimulatedHost): Link {
    const random = seededRandom(randomWord(this.#random));
    return new Link(from === to ? {} : this.#defaultLink, random);
  }
}

function isUnicast(address: string): boolean {
  const words = addressWords(address);
  return ![isLimitedBroadcast, isLoopback, isMulticast, isUnspecified].some((is) => is(words));
}

function taken(what: string): UdpError<"UDP_BAD_OPTION"> {
  return new UdpError("UDP_BAD_OPTION", `${what} is already taken in this network`);
}
