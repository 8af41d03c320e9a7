import { addressFamily } from "@udp/core";
import type { Destination, Skipped, SkipReason } from "./destination.ts";
import type { NetworkInterface } from "./network-interface.ts";

export const LIMITED_BROADCAST = "255.255.255.255";

/** Why no broadcast goes out of an interface; `undefined` where it does. */
export function reasonToSkip(one: NetworkInterface): SkipReason | undefined {
  const { flags } = one;
  if (!flags.isUp) return "down";
  if (flags.isLoopback) return "loopback";
  if (!flags.hasBroadcast) return "no-broadcast";
  if (flags.isPointToPoint) return "point-to-point";
  return broadcastSource(one) === undefined ? "no-address" : undefined;
}

/** Everyone on the networks of an interface. */
export function limitedBroadcastAt(one: NetworkInterface): Destination | Skipped {
  const reason = reasonToSkip(one);
  const way = { method: "limited", family: 4, address: LIMITED_BROADCAST } as const;
  if (reason !== undefined) return { interfaceName: one.name, ...way, reason };
  return { ...way, interfaceName: one.name, source: broadcastSource(one) };
}

/** Everyone of each network of an interface, and loopback's too: for one host alone. */
export function directedBroadcastsAt({
  name,
  addresses,
}: NetworkInterface): readonly Destination[] {
  return addresses.flatMap(({ address: source, broadcast }) =>
    broadcast === undefined
      ? []
      : [{ method: "directed", family: 4, address: broadcast, interfaceName: name, source }],
  );
}

/** A group, at an interface that can. Groups of IPv6 name their link. */
export function groupAt(one: NetworkInterface, group: string): Destination | Skipped {
  const family = addressFamily(group);
  const source = one.addresses.find((candidate) => candidate.family === family);
  const reason = obstacleToGroups(one);
  const way = { method: "group", family, interfaceName: one.name } as const;
  if (reason !== undefined) return { ...way, address: group, reason };
  if (source === undefined) return { ...way, address: group, reason: "no-address" };
  return {
    ...way,
    address: family === 6 ? `${group}%${one.name}` : group,
    source: family === 6 ? undefined : source.address,
  };
}

function broadcastSource({ addresses }: NetworkInterface): string | undefined {
  return addresses.find(({ broadcast }) => broadcast !== undefined)?.address;
}

function obstacleToGroups({ flags }: NetworkInterface): SkipReason | undefined {
  if (!flags.isUp) return "down";
  if (flags.isLoopback) return "loopback";
  if (flags.isPointToPoint) return "point-to-point";
  return flags.hasMulticast ? undefined : "no-multicast";
}
