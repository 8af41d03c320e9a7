import { parseAddress } from "@udp/core";
import type { BadLinkOptions } from "../link/bad-link-options.ts";

/** A network to be made: nodes, each a network namespace, and the cables between them. */
export interface Plan {
  /** A person sits at the first one. */
  readonly nodes: readonly Node[];
  readonly cables: readonly Cable[];
}

/** What a node is for. Forwarding, and the silence of switches and links, come with the role. */
export type Role = "host" | "router" | "switch" | "link";

/** One of the network namespaces. */
export interface Node {
  /** At most 15 small letters and digits; a letter comes first. */
  readonly name: string;
  readonly role: Role;
  /** On the loopback interface, without prefix length. */
  readonly loopbackAddresses?: readonly string[];
  /** As `ip route add` takes them: `10.77.0.0/16 via 10.77.1.1`. */
  readonly routes?: readonly string[];
  /** Kernel settings: `net/ipv4/ip_forward` and its value. */
  readonly settings?: Readonly<Record<string, string | number>>;
  /** Rules for `nft`. */
  readonly firewall?: string | undefined;
}

/** What joins two ports, and how badly it does. */
export interface Cable {
  readonly near: Port;
  readonly far: Port;
  /** What is longer vanishes in it without a word, whatever the MTUs of its ports. */
  readonly carriesBytes?: number | undefined;
  /** Without it the cable is perfect. `forward` is from `near` to `far`. */
  readonly link?: BadLinkOptions | undefined;
}

/** One end of a cable: an interface of a node. */
export interface Port {
  /** The name of the node. */
  readonly node: string;
  readonly interface: string;
  /** With their prefix lengths: `10.77.0.1/24`, `fd77::1/64`. The first of a family is the primary one. */
  readonly addresses: readonly string[];
  /** 68 to 65535; the IP packet, without the Ethernet header. */
  readonly mtuBytes: number;
}

/** The ports of one node, in the order of its cables. */
export function portsOf(cables: readonly Cable[], node: string): readonly Port[] {
  return cables.flatMap(({ near, far }) => [near, far]).filter((port) => port.node === node);
}

/** The addresses of a node without their prefix lengths, those on its loopback interface first. */
export function addressesOf({ cables }: Plan, node: Node): readonly string[] {
  const onCables = portsOf(cables, node.name).flatMap((port) => port.addresses);
  const all = [...(node.loopbackAddresses ?? []), ...onCables];
  return all.map((text) => parseAddress(text.replace(/\/.*/, "")));
}
