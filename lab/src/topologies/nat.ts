import { integerOption } from "@udp/core";
import { Lab } from "../network/lab.ts";
import type { Plan, Port } from "../plan/plan.ts";
import { DEFAULT_MTU_BYTES, IPV4 } from "./addressing.ts";

/** What {@link createNat} may be told. */
export interface NatOptions {
  /** How long the router remembers who sent, 1 or more; default 30, as Linux has it. */
  readonly mappingSeconds?: number | undefined;
}

const DEFAULT_MAPPING_SECONDS = 30;
const MAX_MAPPING_SECONDS = 86_400;

const MASQUERADE = `table ip nat {
  chain postrouting {
    type nat hook postrouting priority 100
    oifname e1 masquerade
  }
}`;

/**
 * Host `inside` (10.77.1.1), router `nat` and host `outside` (10.77.2.2). What leaves for outside
 * carries the router's address, 10.77.2.1; outside has no route to the inside. IPv4 only.
 *
 * @throws UdpError `UDP_BAD_OPTION`.
 */
export function natPlan({ mappingSeconds = DEFAULT_MAPPING_SECONDS }: NatOptions = {}): Plan {
  integerOption("mappingSeconds", mappingSeconds, 1, MAX_MAPPING_SECONDS);
  return {
    nodes: [
      { name: "inside", role: "host", routes: [`${IPV4.everything} via ${IPV4.host(1, 2)}`] },
      {
        name: "nat",
        role: "router",
        firewall: MASQUERADE,
        settings: {
          "net/netfilter/nf_conntrack_udp_timeout": mappingSeconds,
          "net/netfilter/nf_conntrack_udp_timeout_stream": mappingSeconds,
        },
      },
      { name: "outside", role: "host" },
    ],
    cables: [
      { near: port("inside", "e0", 1, 1), far: port("nat", "e0", 1, 2) },
      { near: port("nat", "e1", 2, 1), far: port("outside", "e0", 2, 2) },
    ],
  };
}

/**
 * Makes the network of {@link natPlan}.
 *
 * @throws LabError `LAB_UNSUPPORTED`, `LAB_BROKEN`; UdpError `UDP_BAD_OPTION`.
 */
export async function createNat(options?: NatOptions): Promise<Lab> {
  return await Lab.open(natPlan(options));
}

function port(node: string, interfaceName: string, network: number, host: number): Port {
  return {
    node,
    interface: interfaceName,
    addresses: [IPV4.interfaceAddress(network, host)],
    mtuBytes: DEFAULT_MTU_BYTES,
  };
}
