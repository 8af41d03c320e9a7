import { readFileSync } from "node:fs";
import { addressWords, formatIpv4Word, UdpError } from "@udp/core";
import { lookUpRoute } from "@udp/core/linux";
import type { InterfaceAddress, NetworkInterface } from "../network-interface.ts";

/**
 * What the kernel thinks of where a packet says that it comes from (RFC 3704; `rp_filter` in its
 * ip-sysctl). `strict`: only what would go back by the interface at which it came. `loose`: only what
 * would go back by any.
 */
type FilterMode = "none" | "strict" | "loose";

const MODES: readonly FilterMode[] = ["none", "strict", "loose"];

/**
 * The names of the interfaces at which this host throws away what comes from their own network. Their
 * ARP requests are thrown away too, so that no counter tells of what was never sent.
 */
export function filteredInterfaces(interfaces: readonly NetworkInterface[]): ReadonlySet<string> {
  return new Set(interfaces.filter(dropsItsNetwork).map(({ name }) => name));
}

/** Whether what comes from an IPv4 network of the interface, at the interface, is thrown away. */
function dropsItsNetwork({ name, addresses }: NetworkInterface): boolean {
  const mode = filterMode(name);
  if (mode === "none") return false;
  return addresses.some((own) => {
    if (own.broadcast === undefined) return false;
    const back = interfaceTowards(neighbourOf(own, own.broadcast));
    return mode === "strict" ? back !== name : back === undefined;
  });
}

/** The stricter one of what holds for all interfaces and for this one, as numbers. */
function filterMode(name: string): FilterMode {
  const settings = ["all", name].map((scope) =>
    Number(readText(`/proc/sys/net/ipv4/conf/${scope}/rp_filter`) ?? 0),
  );
  return MODES[Math.max(...settings)] ?? "none";
}

/** Another address of the network. */
function neighbourOf({ address }: InterfaceAddress, broadcast: string): string {
  const last = (addressWords(broadcast)[3] ?? 0) - 1;
  return formatIpv4Word(formatIpv4Word(last) === address ? last - 1 : last);
}

function interfaceTowards(address: string): string | undefined {
  try {
    return lookUpRoute(address).interfaceName;
  } catch (error) {
    if (error instanceof UdpError && error.code === "UDP_UNREACHABLE") return undefined;
    throw error;
  }
}

/** What the kernel does not tell is `undefined`. */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return undefined;
  }
}
