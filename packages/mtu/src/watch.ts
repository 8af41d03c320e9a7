import type { Clock, Endpoint } from "@udp/core";
import { msToNs, numberOption, systemClock, UdpError, untilDeadline } from "@udp/core";
import type { Route } from "@udp/core/linux";
import { lookUpRoute } from "@udp/core/linux";
import type { DiscoverOptions, Discovery } from "./discover.ts";
import { discoverFrom } from "./discover.ts";
import { measure } from "./linux/measurement.ts";
import { openProbeSocket, requireLinux } from "./linux/probe-socket.ts";
import { resolveTarget } from "./target.ts";

/** What {@link watchPathMtu} watches, and how closely. */
export interface WatchOptions extends DiscoverOptions {
  /** How often the result is confirmed by one probe each way, 1000 to 300 000 ms; default 30 000. */
  readonly intervalMs?: number | undefined;
}

interface Watch {
  readonly target: Endpoint;
  readonly intervalNs: number;
  readonly clock: Clock;
  readonly options: WatchOptions;
}

/**
 * Measures as `discoverPathMtu` does, and then keeps the result: it is confirmed now and then,
 * measured again when that fails or 600 s after it was found (RFC 8899 section 5.1.1), and yielded
 * again when it has changed. A far end that is silent is asked again. Ends with its signal, whose
 * reason it throws; to leave the loop otherwise waits for the next change.
 *
 * @throws MtuError `MTU_UNSUPPORTED`.
 * @throws UdpError `UDP_BAD_OPTION`, `UDP_BAD_PORT`, `UDP_BAD_ADDRESS`, `UDP_BAD_HOST`,
 * `UDP_NAME_NOT_FOUND`, `UDP_PERMISSION`, `UDP_UNREACHABLE` where no way leads there at the start,
 * `UDP_SYSTEM`.
 */
export async function* watchPathMtu(options: WatchOptions): AsyncGenerator<Discovery, never, void> {
  requireLinux();
  const { intervalMs = DEFAULT_INTERVAL_MS, clock = systemClock, signal } = options;
  numberOption("intervalMs", intervalMs, SHORTEST_INTERVAL_MS, LONGEST_INTERVAL_MS);
  const target = await resolveTarget(options);
  const watch = { target, intervalNs: msToNs(intervalMs), clock, options };
  let route = lookUpRoute(target.address);
  let last: Discovery | undefined;
  for (;;) {
    for await (const discovery of measureUntilSilent(watch, route)) {
      if (last !== undefined && !isOther(last, discovery)) continue;
      yield discovery;
      last = discovery;
    }
    await untilDeadline({ clock, deadlineNs: clock.nowNs() + watch.intervalNs, signal });
    route = await currentRoute(target.address, route);
  }
}

const SHORTEST_INTERVAL_MS = 1000;
const DEFAULT_INTERVAL_MS = 30_000;

/** Well below PMTU_RAISE_TIMER, as RFC 8899 section 5.1.1 asks. */
const LONGEST_INTERVAL_MS = 300_000;

/** All from one port, so that routers with equal ways choose the same one. */
async function* measureUntilSilent(
  { target, intervalNs, clock, options }: Watch,
  firstRoute: Route,
): AsyncGenerator<Discovery, void, void> {
  const { signal } = options;
  let route = firstRoute;
  using socket = await unlessUnreachable(() => openProbeSocket(target, signal));
  if (socket === undefined) return;
  for (;;) {
    const path = { target, route };
    const { discovery, keeping } = await discoverFrom(socket, path, {
      ...options,
      confirmationIntervalNs: intervalNs,
    });
    yield discovery;
    if (discovery.pathMtuBytes === undefined) return;
    await measure(keeping, socket, { clock, signal });
    route = await currentRoute(target.address, route);
  }
}

/** Where no way leads there for now, the one that did: what is sent then goes unanswered. */
async function currentRoute(address: string, last: Route): Promise<Route> {
  return (await unlessUnreachable(async () => lookUpRoute(address))) ?? last;
}

/** `undefined` where no way leads there. */
async function unlessUnreachable<Result>(
  attempt: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof UdpError && error.code === "UDP_UNREACHABLE") return undefined;
    throw error;
  }
}

/** What a reflector that has spent its budget could not show has not changed. */
function isOther(one: Discovery, other: Discovery): boolean {
  if (one.pathMtuBytes !== other.pathMtuBytes || one.farEnd !== other.farEnd) return true;
  if (other.isBackwardCutShort) return false;
  return one.backwardMtuBytes !== other.backwardMtuBytes || one.verdict !== other.verdict;
}
