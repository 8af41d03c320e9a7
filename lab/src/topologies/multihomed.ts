import { Lab } from "../network/lab.ts";
import type { Plan, Port } from "../plan/plan.ts";
import { DEFAULT_MTU_BYTES, IPV4, IPV6 } from "./addressing.ts";

/**
 * Hosts `client` and `server` and two cables between them. On the first one the server has two
 * addresses of each family, 10.77.1.10 and 10.77.1.11; on the second one, 10.77.2.10.
 */
export function multihomedPlan(): Plan {
  return {
    nodes: [
      { name: "client", role: "host" },
      { name: "server", role: "host" },
    ],
    cables: [
      { near: port("client", 1, [1]), far: port("server", 1, [10, 11]) },
      { near: port("client", 2, [1]), far: port("server", 2, [10]) },
    ],
  };
}

/**
 * Makes the network of {@link multihomedPlan}.
 *
 * @throws LabError `LAB_UNSUPPORTED`, `LAB_BROKEN`.
 */
export async function createMultihomed(): Promise<Lab> {
  return await Lab.open(multihomedPlan());
}

function port(node: string, network: 1 | 2, hosts: readonly number[]): Port {
  return {
    node,
    interface: `e${network - 1}`,
    addresses: [IPV4, IPV6].flatMap((ip) =>
      hosts.map((host) => ip.interfaceAddress(network, host)),
    ),
    mtuBytes: DEFAULT_MTU_BYTES,
  };
}
