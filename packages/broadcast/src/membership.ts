import { addressFamily, addressWords, isMulticast, parseAddress, UdpError } from "@udp/core";
import type { NetworkInterface } from "./network-interface.ts";

/** A multicast group that is to be heard. */
export interface Group {
  /** Canonical, without a zone. */
  readonly address: string;
  /** The only host to hear: source-specific multicast (RFC 4607); `undefined` for all. */
  readonly source: string | undefined;
  /** The only interface to hear it at; `undefined` for each that suits. */
  readonly interfaceName: string | undefined;
}

/** A group at one interface. */
export interface Membership {
  readonly group: Group;
  readonly interfaceName: string;
  /** Its number; an interface that comes again has another one. `undefined` where the system does not tell. */
  readonly interfaceIndex: number | undefined;
}

/** What IPv6 has in place of broadcasts: the group of all nodes on a link (RFC 4291 section 2.7.1). */
export const ALL_NODES = "ff02::1";

/** The groups that each host on a link hears; that of IPv4 is RFC 1112's. */
export const ALL_HOSTS: readonly Group[] = ["224.0.0.1", ALL_NODES].map(fromAll);

/**
 * Those by whom a discovery asks. Ours alone: of the block that is for use within an organisation
 * (RFC 2365), and with a transient address of link-local scope (RFC 4291 section 2.7).
 */
export const DISCOVERY_GROUPS: readonly Group[] = ["239.255.66.67", "ff12::7542:4341"].map(fromAll);

/**
 * A group as it is written: `239.1.2.3`, `ff02::1%eth0` at one interface, `10.77.0.1@232.1.2.3` from
 * one source.
 *
 * @throws UdpError `UDP_BAD_ADDRESS`.
 */
export function parseGroup(text: string): Group {
  const [source, written] = text.includes("@") ? text.split("@", 2) : [undefined, text];
  const [address = "", interfaceName] = (written ?? "").split("%");
  const group = parseAddress(address);
  const host = source === undefined ? undefined : parseAddress(source);
  const isHost = host === undefined || !isMulticast(addressWords(host));
  const isOneFamily = host === undefined || addressFamily(host) === addressFamily(group);
  if (isMulticast(addressWords(group)) && isHost && isOneFamily) {
    return { address: group, source: host, interfaceName };
  }
  throw new UdpError(
    "UDP_BAD_ADDRESS",
    `expected a multicast group such as 239.1.2.3, ff02::1%eth0 or 10.77.0.1@232.1.2.3; got ${JSON.stringify(text)}`,
  );
}

/** As {@link parseGroup} reads it. */
export function formatGroup({ address, source, interfaceName }: Group): string {
  const zone = interfaceName === undefined ? "" : `%${interfaceName}`;
  return `${source === undefined ? "" : `${source}@`}${address}${zone}`;
}

/** Where groups are to be joined: at each interface that can, and has an address of their family. */
export function membershipsFor(
  groups: readonly Group[],
  interfaces: readonly NetworkInterface[],
): readonly Membership[] {
  return groups.flatMap((group) =>
    interfaces
      .filter((one) => suits(one, group))
      .map(({ name, index }) => ({ group, interfaceName: name, interfaceIndex: index })),
  );
}

/** Tells it from the others. */
export function membershipKey({ group, interfaceName, interfaceIndex }: Membership): string {
  return `${group.source}@${group.address} ${interfaceName} ${interfaceIndex}`;
}

function suits({ name, flags, addresses }: NetworkInterface, group: Group): boolean {
  const isMeant = group.interfaceName === undefined || group.interfaceName === name;
  const family = addressFamily(group.address);
  const hasAddress = addresses.some((own) => own.family === family);
  return isMeant && flags.isUp && flags.hasMulticast && hasAddress;
}

function fromAll(address: string): Group {
  return { address, source: undefined, interfaceName: undefined };
}
