import type { Lab, PathOptions } from "@udp/lab";

/** A path between `h1` and `h2`, and how it is asked. */
export interface PathNetwork {
  readonly name: string;
  readonly path: PathOptions;
  readonly family: "ipv4" | "ipv6";
  /** Whether routers limit their ICMP errors as Linux does by itself; the lab's do not. */
  readonly hasLinuxLimits?: boolean;
  /** Whether `udp-mtu` measures to a closed port too, which is slow. */
  readonly hasClosedPortAsked?: boolean;
}

const mtus = [1500, 1400, 1280];

/** Three hops each. */
export const PATH_NETWORKS: readonly PathNetwork[] = [
  { name: "1500/1400/1280", path: { mtus }, family: "ipv4", hasClosedPortAsked: true },
  { name: "1500/1400/1280, IPv6", path: { mtus }, family: "ipv6" },
  {
    name: "1500/1400/1280, routers with Linux's ICMP limits",
    path: { mtus },
    family: "ipv4",
    hasLinuxLimits: true,
  },
  { name: "9000/1500/1400", path: { mtus: [9000, 1500, 1400] }, family: "ipv4" },
  {
    name: "black hole, all",
    path: { mtus, blackHole: "all" },
    family: "ipv4",
    hasClosedPortAsked: true,
  },
  { name: "black hole, layer 2", path: { mtus, blackHole: "layer2" }, family: "ipv4" },
  { name: "black hole, layer 2, IPv6", path: { mtus, blackHole: "layer2" }, family: "ipv6" },
];

const LINUX_LIMITS = {
  "net/ipv4/icmp_ratelimit": 1000,
  "net/ipv4/icmp_msgs_per_sec": 1000,
  "net/ipv6/icmp/ratelimit": 1000,
};

/** What the lab takes away from routers; hosts have it. */
export async function useLinuxLimits(lab: Lab): Promise<void> {
  const writes = Object.entries(LINUX_LIMITS).map(([name, value]) => {
    return `[ ! -e /proc/sys/${name} ] || echo ${value} >/proc/sys/${name}`;
  });
  for (const name of ["r1", "r2"]) await lab.host(name).run(["sh", "-ec", writes.join("\n")]);
}
