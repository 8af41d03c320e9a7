import type { AddressFamily } from "@udp/core";
import {
  addressFamily,
  addressWords,
  directedBroadcast,
  isLimitedBroadcast,
  isMulticast,
  parseAddress,
  UdpError,
} from "@udp/core";
import type { Destination, Plan, Skipped } from "./destination.ts";
import { BroadcastError } from "./errors.ts";
import {
  directedBroadcastsAt,
  groupAt,
  LIMITED_BROADCAST,
  limitedBroadcastAt,
} from "./interface-destination.ts";
import type { NetworkInterface } from "./network-interface.ts";
import { SKIPPED } from "./skip-reasons.ts";

/**
 * Where a datagram for `network` is to be sent. Nothing, and 255.255.255.255: everyone on the networks
 * that this host is on, once for each interface that can broadcast. An interface's name: everyone
 * there. A prefix or its broadcast address: everyone in it. A multicast group: out of each interface
 * that can, or the one of its zone. Any other address: that host.
 *
 * @throws BroadcastError `BROADCAST_NO_INTERFACE`; UdpError `UDP_BAD_ADDRESS`.
 */
export function planFor(
  network: string | undefined,
  interfaces: readonly NetworkInterface[],
): Plan {
  if (network === undefined || network === LIMITED_BROADCAST) {
    return planOf(network ?? "broadcast", interfaces.map(limitedBroadcastAt));
  }
  const named = interfaces.find(({ name }) => name === network);
  if (named !== undefined) return planOf(network, [limitedBroadcastAt(named)]);
  if (network.includes("/")) return toAddress(broadcastOf(network), interfaces);
  return toAddress(parseNetwork(network, interfaces), interfaces);
}

function toAddress(address: string, interfaces: readonly NetworkInterface[]): Plan {
  const words = addressWords(address);
  if (isMulticast(words)) return toGroup(address, interfaces);
  if (isLimitedBroadcast(words)) return planFor(LIMITED_BROADCAST, interfaces);
  const directed = interfaces.flatMap(directedBroadcastsAt);
  const attached = directed.filter((destination) => destination.address === address);
  return { destinations: attached.length > 0 ? attached : [unicast(address)], skipped: [] };
}

/** Groups of link-local scope name their link; without one, each interface is meant. */
function toGroup(group: string, interfaces: readonly NetworkInterface[]): Plan {
  const [address = "", zone] = group.split("%");
  const meant = zone === undefined ? interfaces : interfaces.filter(({ name }) => name === zone);
  return planOf(
    group,
    meant.map((one) => groupAt(one, address)),
  );
}

function parseNetwork(network: string, interfaces: readonly NetworkInterface[]): string {
  if (isAddress(network)) return parseAddress(network);
  const names = interfaces.map(({ name }) => name).join(", ");
  throw new UdpError(
    "UDP_BAD_ADDRESS",
    `expected an interface of this host (${names}), a prefix such as 10.77.0.0/24, or an IPv4 or IPv6 address; got ${JSON.stringify(network)}`,
  );
}

function isAddress(text: string): boolean {
  try {
    parseAddress(text);
    return true;
  } catch {
    return false;
  }
}

function unicast(address: string): Destination {
  const family: AddressFamily = addressFamily(address);
  return { method: "unicast", family, address, interfaceName: undefined, source: undefined };
}

/** The broadcast address of a prefix such as `10.77.0.0/24`. */
function broadcastOf(prefix: string): string {
  const [address = "", length = ""] = prefix.split("/");
  const bits = /^\d{1,2}$/.test(length) ? Number(length) : Number.NaN;
  const broadcast = bits <= 32 ? directedBroadcast(address, bits) : undefined;
  if (broadcast !== undefined) return broadcast;
  const expected = "expected an IPv4 prefix with a broadcast address, such as 10.77.0.0/24";
  throw new UdpError("UDP_BAD_ADDRESS", `${expected}; got ${JSON.stringify(prefix)}`);
}

/** @throws BroadcastError `BROADCAST_NO_INTERFACE` where there is no destination. */
export function planOf(network: string, each: readonly (Destination | Skipped)[]): Plan {
  const destinations = each.filter((one) => "source" in one);
  const skipped = each.filter((one) => "reason" in one);
  if (destinations.length > 0) return { destinations, skipped };
  const reasons = skipped.map(
    ({ interfaceName, reason }) => `${interfaceName}: ${SKIPPED[reason]}`,
  );
  const found = reasons.length === 0 ? "there is none" : reasons.join(", ");
  throw new BroadcastError(
    "BROADCAST_NO_INTERFACE",
    `no interface is fit for ${network}: ${found}`,
  );
}
