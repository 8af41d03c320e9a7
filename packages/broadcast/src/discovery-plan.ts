import { choiceOption, UdpError } from "@udp/core";
import type { Destination, Plan, Skipped } from "./destination.ts";
import { directedBroadcastsAt, groupAt, limitedBroadcastAt } from "./interface-destination.ts";
import { ALL_NODES, DISCOVERY_GROUPS } from "./membership.ts";
import type { NetworkInterface } from "./network-interface.ts";
import { planFor, planOf } from "./plan.ts";
import { hostsOf, MIN_PREFIX_LENGTH } from "./sweep.ts";

/**
 * How is asked. `multicast`: the discovery's groups of IPv4 and IPv6. `broadcast`: 255.255.255.255, the
 * broadcast address of each network, and what IPv6 has in their place, the group of all nodes. `auto`:
 * both of these, multicast first. `unicast`: each host of a network by itself.
 */
export type DiscoveryMethod = "auto" | "broadcast" | "multicast" | "unicast";

export const DISCOVERY_METHODS: readonly DiscoveryMethod[] = [
  "auto",
  "broadcast",
  "multicast",
  "unicast",
];

/** Whom a discovery asks, and how. */
export interface DiscoveryTarget {
  /** Default `auto`. */
  readonly method?: DiscoveryMethod | undefined;
  /**
   * The name of an interface; with `auto` anything that {@link planFor} takes, with `unicast` a prefix
   * of at most 256 addresses. Default: each interface, each of their networks.
   */
  readonly network?: string | undefined;
}

/**
 * Where a discovery asks.
 *
 * @throws BroadcastError `BROADCAST_NO_INTERFACE`; UdpError `UDP_BAD_ADDRESS`, `UDP_BAD_OPTION`.
 */
export function discoveryPlan(
  { method = "auto", network }: DiscoveryTarget,
  interfaces: readonly NetworkInterface[],
): Plan {
  choiceOption("method", method, DISCOVERY_METHODS);
  const named = interfaces.filter(({ name }) => name === network);
  const isEach = network === undefined || named.length > 0;
  const meant = network === undefined ? interfaces : named;
  if (method === "unicast") return sweep(isEach ? meant : undefined, network, interfaces);
  if (isEach) {
    const what = `a discovery by ${method}`;
    return planOf(
      what,
      meant.flatMap((one) => worthTelling(waysOf(one, method))),
    );
  }
  if (method === "auto") return planFor(network, interfaces);
  throw new UdpError(
    "UDP_BAD_OPTION",
    `method: ${method} takes an interface of this host, or none; got ${network}`,
  );
}

/** All ways of an interface to everyone there, or why one is none. */
export function waysOf(
  one: NetworkInterface,
  method: Exclude<DiscoveryMethod, "unicast"> = "auto",
): readonly (Destination | Skipped)[] {
  const groups = DISCOVERY_GROUPS.map(({ address }) => groupAt(one, address));
  const limited = limitedBroadcastAt(one);
  const directed = "reason" in limited ? [directedSkip(limited)] : directedBroadcastsAt(one);
  const broadcasts = [limited, ...directed, groupAt(one, ALL_NODES)];
  if (method === "multicast") return groups;
  return method === "broadcast" ? broadcasts : [...groups, ...broadcasts];
}

/** An interface is left out where no way is left, and then for the first reason. */
function worthTelling(
  ways: readonly (Destination | Skipped)[],
): readonly (Destination | Skipped)[] {
  const destinations = ways.filter((way) => "source" in way);
  return destinations.length > 0 ? destinations : ways.slice(0, 1);
}

/** What keeps the one out keeps out the other. */
function directedSkip(limited: Skipped): Skipped {
  return { ...limited, method: "directed", address: undefined };
}

const UNICAST = { method: "unicast", family: 4, address: undefined } as const;

function sweep(
  meant: readonly NetworkInterface[] | undefined,
  network: string | undefined,
  interfaces: readonly NetworkInterface[],
): Plan {
  if (meant === undefined) return { destinations: hostsOf(network ?? "", interfaces), skipped: [] };
  return planOf(
    "a sweep",
    meant.flatMap((one): readonly (Destination | Skipped)[] => {
      const limited = limitedBroadcastAt(one);
      if ("reason" in limited) return [{ ...limited, ...UNICAST }];
      const small = one.addresses.filter(
        ({ broadcast, prefixLength }) =>
          broadcast !== undefined && prefixLength >= MIN_PREFIX_LENGTH,
      );
      if (small.length === 0)
        return [{ ...UNICAST, interfaceName: one.name, reason: "large-network" }];
      return small.flatMap(({ address, prefixLength }) =>
        hostsOf(`${address}/${prefixLength}`, interfaces),
      );
    }),
  );
}
