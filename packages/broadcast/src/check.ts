import type { Clock } from "@udp/core";
import type { Destination, Plan } from "./destination.ts";
import { Discovery } from "./discovery.ts";
import { waysOf } from "./discovery-plan.ts";
import { LIMITED_BROADCAST } from "./interface-destination.ts";
import { DISCOVERY_GROUPS } from "./membership.ts";
import type { NetworkInterface, ReadInterfaces } from "./network-interface.ts";
import { interfaceReader } from "./network-interface.ts";
import { OwnNetworks } from "./own-networks.ts";
import type { CheckedPath } from "./path-check.ts";
import { checkDestination, checkSkipped } from "./path-check.ts";
import { planOf } from "./plan.ts";

/** How {@link checkPaths} checks. */
export interface CheckOptions {
  /** Where the responders listen, 1 to 65535. Default 1060. */
  readonly port?: number | undefined;
  /** How long answers are waited for. Default 4000, so that each way is tried twice. */
  readonly waitMs?: number | undefined;
  /** Send as a program that was not allowed to broadcast (SO_BROADCAST). Default `false`. */
  readonly withoutSoBroadcast?: boolean | undefined;
  /** Ends it early. */
  readonly signal?: AbortSignal | undefined;
  /** Default: the system's. */
  readonly readInterfaces?: ReadInterfaces | undefined;
  /** Default: the system's monotonic clock. */
  readonly clock?: Clock | undefined;
}

const DEFAULT_WAIT_MS = 4000;

/** What {@link checkPaths} has found. */
export interface PathCheck {
  readonly paths: readonly CheckedPath[];
  /** Responders on other hosts, that were reached by any way. Without one, nothing is known. */
  readonly responderCount: number;
}

/**
 * Tries every way of reaching everyone: out of each interface by each method, and as a program
 * sends that leaves the choice to the routes. A way works where somebody on another host answers.
 *
 * @throws BroadcastError `BROADCAST_NO_INTERFACE`; UdpError `UDP_BAD_OPTION`, `UDP_BAD_PORT`, `UDP_SYSTEM`.
 */
export async function checkPaths(options: CheckOptions = {}): Promise<PathCheck> {
  const { withoutSoBroadcast = false } = options;
  const interfaces = (options.readInterfaces ?? (await interfaceReader()))();
  const ways = [...interfaces.flatMap((one) => waysOf(one)), ...BY_ROUTES];
  const discovery = new Discovery(
    { waitMs: DEFAULT_WAIT_MS, ...options, readInterfaces: () => interfaces },
    { plan: (): Plan => planOf("a check", ways), allowBroadcast: !withoutSoBroadcast },
  );
  for await (const _event of discovery);
  const own = new OwnNetworks(interfaces);
  const responders = discovery.responders.filter(({ endpoint }) => !own.isOwn(endpoint.address));
  const evidence = {
    responders,
    reports: discovery.destinations,
    allowsBroadcast: !withoutSoBroadcast,
    filtered: await filteredInterfaces(interfaces),
  };
  const paths = ways.map((way) =>
    "reason" in way ? checkSkipped(way) : checkDestination(way, evidence),
  );
  return { paths, responderCount: responders.length };
}

/** As most programs send. */
const BY_ROUTES: readonly Destination[] = [
  { method: "limited" as const, address: LIMITED_BROADCAST },
  ...DISCOVERY_GROUPS.slice(0, 1).map(({ address }) => ({ method: "group" as const, address })),
].map((one) => ({ ...one, family: 4, interfaceName: undefined, source: undefined }));

/** Only Linux tells. */
async function filteredInterfaces(
  interfaces: readonly NetworkInterface[],
): Promise<ReadonlySet<string>> {
  if (process.platform !== "linux") return new Set();
  const linux = await import("./linux/reverse-path-filter.ts");
  return linux.filteredInterfaces(interfaces);
}
