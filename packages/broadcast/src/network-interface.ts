import type { NetworkInterfaceInfo } from "node:os";
import { networkInterfaces } from "node:os";
import type { AddressFamily } from "@udp/core";
import {
  addressFamily,
  addressWords,
  directedBroadcast,
  isLoopback,
  parseAddress,
} from "@udp/core";

/** An address of an interface, and the network that it is on. */
export interface InterfaceAddress {
  /** Canonical; with the interface's name as its zone where it is link-local. */
  readonly address: string;
  readonly family: AddressFamily;
  readonly prefixLength: number;
  /** What reaches every host of the network; `undefined` for IPv6, /31, /32, and where there is none. */
  readonly broadcast: string | undefined;
}

/** What an interface can do, as the system says, or as its addresses let one think. */
export interface InterfaceFlags {
  readonly isUp: boolean;
  readonly hasBroadcast: boolean;
  readonly hasMulticast: boolean;
  readonly isPointToPoint: boolean;
  readonly isLoopback: boolean;
}

/** An interface of this host. */
export interface NetworkInterface {
  readonly name: string;
  /** The number that this host gives it, another one when it comes again; `undefined` where the system does not tell. */
  readonly index: number | undefined;
  readonly flags: InterfaceFlags;
  /** `undefined` where the system does not tell. */
  readonly mtuBytes: number | undefined;
  readonly addresses: readonly InterfaceAddress[];
}

/** Reads the interfaces of this host as they are now. */
export type ReadInterfaces = () => readonly NetworkInterface[];

type SystemInterfaces = NodeJS.Dict<NetworkInterfaceInfo[]>;

/** The way of this system to read them. */
export async function interfaceReader(): Promise<ReadInterfaces> {
  if (process.platform !== "linux") return () => readPortableInterfaces();
  const { readLinuxInterfaces } = await import("./linux/interfaces.ts");
  return readLinuxInterfaces;
}

/**
 * The interfaces that are up and have an address, from what every system tells. Which of them
 * can broadcast is not among it: those with an IPv4 network that has a broadcast address are taken to.
 */
export function readPortableInterfaces(
  interfaces: SystemInterfaces = networkInterfaces(),
): readonly NetworkInterface[] {
  return Object.entries(interfaces).map(([name, list = []]) => {
    const addresses = list.map((info) => interfaceAddress(name, info));
    return {
      name,
      index: undefined,
      addresses,
      mtuBytes: undefined,
      flags: likelyFlags(addresses),
    };
  });
}

function interfaceAddress(name: string, { address, cidr }: NetworkInterfaceInfo): InterfaceAddress {
  const canonical = parseAddress(address);
  const family = addressFamily(canonical);
  const prefixLength = Number(cidr?.split("/")[1] ?? (family === 4 ? 32 : 128));
  const isLinkLocal = /^fe[89ab]/.test(canonical);
  return {
    address: isLinkLocal && !canonical.includes("%") ? `${canonical}%${name}` : canonical,
    family,
    prefixLength,
    broadcast: directedBroadcast(canonical, prefixLength),
  };
}

function likelyFlags(addresses: readonly InterfaceAddress[]): InterfaceFlags {
  const isLoop = addresses.some(({ address }) => isLoopback(addressWords(address)));
  const hasBroadcast = !isLoop && addresses.some(({ broadcast }) => broadcast !== undefined);
  const isPointToPoint = !(isLoop || hasBroadcast) && addresses.some(({ family }) => family === 4);
  return { isUp: true, hasBroadcast, hasMulticast: !isLoop, isPointToPoint, isLoopback: isLoop };
}
