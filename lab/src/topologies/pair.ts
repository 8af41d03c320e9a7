import type { BadLinkOptions } from "../link/bad-link-options.ts";
import { Lab } from "../network/lab.ts";
import type { Plan, Port } from "../plan/plan.ts";
import { checkMtu, DEFAULT_MTU_BYTES, numberingsFor } from "./addressing.ts";

/** What {@link createPair} may be told. */
export interface PairOptions {
  /** 68 to 65535, default 1500; below 1280 there is no IPv6. */
  readonly mtuBytes?: number | undefined;
  /** Default: a perfect one. `forward` is from `a` to `b`. */
  readonly link?: BadLinkOptions | undefined;
}

/**
 * Two hosts, `a` (10.77.1.1) and `b` (10.77.1.2), and a cable between them.
 *
 * @throws UdpError `UDP_BAD_OPTION`.
 */
export function pairPlan({ mtuBytes = DEFAULT_MTU_BYTES, link }: PairOptions = {}): Plan {
  const numberings = numberingsFor(checkMtu("mtuBytes", mtuBytes));
  const port = (node: string, host: number): Port => ({
    node,
    interface: "e0",
    addresses: numberings.map((ip) => ip.interfaceAddress(1, host)),
    mtuBytes,
  });
  return {
    nodes: [
      { name: "a", role: "host" },
      { name: "b", role: "host" },
    ],
    cables: [{ near: port("a", 1), far: port("b", 2), link }],
  };
}

/**
 * Makes the network of {@link pairPlan}.
 *
 * @throws LabError `LAB_UNSUPPORTED`, `LAB_BROKEN`; UdpError `UDP_BAD_OPTION`.
 */
export async function createPair(options?: PairOptions): Promise<Lab> {
  return await Lab.open(pairPlan(options));
}
