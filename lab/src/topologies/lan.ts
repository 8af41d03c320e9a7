import { integerOption } from "@udp/core";
import type { BadLinkOptions } from "../link/bad-link-options.ts";
import { Lab } from "../network/lab.ts";
import type { Cable, Plan } from "../plan/plan.ts";
import { checkMtu, DEFAULT_MTU_BYTES, numberingsFor } from "./addressing.ts";

/** What {@link createLan} may be told. */
export interface LanOptions {
  /** 1 to 250. */
  readonly hosts: number;
  /** 68 to 65535, default 1500; below 1280 there is no IPv6. */
  readonly mtuBytes?: number | undefined;
  /**
   * The MTU of the switch's port to the last host, where it is not that of the others. What is
   * larger vanishes there without a word; as with many a switch, up to 4 bytes more still pass.
   */
  readonly lastPortMtuBytes?: number | undefined;
  /** The cable of the last host; default: a perfect one. `forward` is to the switch. */
  readonly link?: BadLinkOptions | undefined;
}

const MAX_HOSTS = 250;

/**
 * Hosts `h1` (10.77.0.1), `h2`, … around the switch `sw`. Each has a default route into the LAN, so
 * that a limited broadcast finds its way; it leads nowhere else.
 *
 * @throws UdpError `UDP_BAD_OPTION`.
 */
export function lanPlan(options: LanOptions): Plan {
  const { mtuBytes = DEFAULT_MTU_BYTES, lastPortMtuBytes = mtuBytes, link } = options;
  const hostCount = integerOption("hosts", options.hosts, 1, MAX_HOSTS);
  checkMtu("mtuBytes", mtuBytes);
  checkMtu("lastPortMtuBytes", lastPortMtuBytes);
  const numbers = Array.from({ length: hostCount }, (_, index) => index + 1);
  return {
    nodes: [
      ...numbers.map((number) => ({
        name: `h${number}`,
        role: "host" as const,
        routes: ["default dev e0"],
      })),
      { name: "sw", role: "switch" },
    ],
    cables: numbers.map((number) =>
      number < hostCount
        ? cableOf(number, mtuBytes, mtuBytes)
        : { ...cableOf(number, mtuBytes, lastPortMtuBytes), link },
    ),
  };
}

/**
 * Makes the network of {@link lanPlan}.
 *
 * @throws LabError `LAB_UNSUPPORTED`, `LAB_BROKEN`; UdpError `UDP_BAD_OPTION`.
 */
export async function createLan(options: LanOptions): Promise<Lab> {
  return await Lab.open(lanPlan(options));
}

function cableOf(number: number, mtuBytes: number, switchMtuBytes: number): Cable {
  const addresses = numberingsFor(mtuBytes).map((ip) => ip.interfaceAddress(0, number));
  return {
    near: { node: `h${number}`, interface: "e0", addresses, mtuBytes },
    far: { node: "sw", interface: `p${number}`, addresses: [], mtuBytes: switchMtuBytes },
  };
}
