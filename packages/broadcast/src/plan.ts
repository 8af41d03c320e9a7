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
import type { Destination, Plan, Skipped, SkipReason } from "./destination.ts";
import { BroadcastError } from "./errors.ts";
import type { InterfaceAddress, NetworkInterface } from "./network-interface.ts";

const LIMITED_BROADCAST = "255.255.255.255";

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
    return toEveryone(network ?? "broadcast", interfaces.map(limitedBroadcast));
  }
  const named = interfaces.find(({ name }) => name === network);
  if (named !== undefined) return toEveryone(network, [limitedBroadcast(named)]);
  if (network.includes("/")) return toAddress(broadcastOf(network), interfaces);
  return toAddress(parseAddress(network), interfaces);
}

function toAddress(address: string, interfaces: readonly NetworkInterface[]): Plan {
  const words = addressWords(address);
  if (isMulticast(words)) return toGroup(address, interfaces);
  if (isLimitedBroadcast(words)) return planFor(LIMITED_BROADCAST, interfaces);
  const attached = interfaces.flatMap((one) => directedBroadcastTo(address, one));
  return { destinations: attached.length > 0 ? attached : [unicast(address)], skipped: [] };
}

/** Groups of link-local scope name their link; without one, each interface is meant. */
function toGroup(group: string, interfaces: readonly NetworkInterface[]): Plan {
  const [address = "", zone] = group.split("%");
  const meant = zone === undefined ? interfaces : interfaces.filter(({ name }) => name === zone);
  const family = addressFamily(address);
  return toEveryone(
    group,
    meant.map((one) => {
      const source = one.addresses.find((candidate) => candidate.family === family);
      const reason = obstacle(one) ?? (one.flags.hasMulticast ? undefined : "no-multicast");
      if (reason !== undefined) return skip(one, reason);
      if (source === undefined) return skip(one, "no-address");
      const isLinkScoped = family === 6;
      return {
        method: "group",
        family,
        address: isLinkScoped ? `${address}%${one.name}` : address,
        interfaceName: one.name,
        source: source.address,
      };
    }),
  );
}

/** Why no broadcast goes out of an interface; `undefined` where it does. */
export function reasonToSkip(one: NetworkInterface): SkipReason | undefined {
  const reason = obstacle(one) ?? (one.flags.hasBroadcast ? undefined : "no-broadcast");
  return reason ?? (broadcastSource(one) === undefined ? "no-address" : undefined);
}

function limitedBroadcast(one: NetworkInterface): Destination | Skipped {
  const reason = reasonToSkip(one);
  if (reason !== undefined) return skip(one, reason);
  return {
    method: "limited",
    family: 4,
    address: LIMITED_BROADCAST,
    interfaceName: one.name,
    source: broadcastSource(one),
  };
}

function broadcastSource({ addresses }: NetworkInterface): string | undefined {
  return addresses.find(({ broadcast }) => broadcast !== undefined)?.address;
}

/** An address that reaches all of a network of this interface, and loopback's too: for one host alone. */
function directedBroadcastTo(
  address: string,
  { name, addresses }: NetworkInterface,
): Destination[] {
  const isOnIt = ({ broadcast }: InterfaceAddress): boolean => broadcast === address;
  return addresses.filter(isOnIt).map((own) => ({
    method: "directed",
    family: 4,
    address,
    interfaceName: name,
    source: own.address,
  }));
}

function unicast(address: string): Destination {
  const family: AddressFamily = addressFamily(address);
  return { method: "unicast", family, address, interfaceName: undefined, source: undefined };
}

function obstacle({ flags }: NetworkInterface): SkipReason | undefined {
  if (!flags.isUp) return "down";
  if (flags.isLoopback) return "loopback";
  return flags.isPointToPoint ? "point-to-point" : undefined;
}

function skip({ name }: NetworkInterface, reason: SkipReason): Skipped {
  return { interfaceName: name, reason };
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

function toEveryone(network: string, each: readonly (Destination | Skipped)[]): Plan {
  const destinations = each.filter((one) => "method" in one);
  const skipped = each.filter((one) => "reason" in one);
  if (destinations.length > 0) return { destinations, skipped };
  const reasons = skipped.map(({ interfaceName, reason }) => `${interfaceName}: ${reason}`);
  const found = reasons.length === 0 ? "there is none" : reasons.join(", ");
  throw new BroadcastError(
    "BROADCAST_NO_INTERFACE",
    `no interface is fit for ${network}: ${found}`,
  );
}
