import type { AddressFamily, Clock, Endpoint, Random } from "@udp/core";
import { addressFamily, secureRandom, systemClock } from "@udp/core";
import type { Route } from "@udp/core/linux";
import { lookUpRoute } from "@udp/core/linux";
import type {
  DiscoveryProgress,
  DiscoverySessionOptions,
  Findings,
} from "./discovery/discovery-session.ts";
import { DiscoverySession } from "./discovery/discovery-session.ts";
import type { KeepingPhase } from "./discovery/keeping-phase.ts";
import type { KernelBelief } from "./kernel-view.ts";
import { beliefOf } from "./kernel-view.ts";
import { measure } from "./linux/measurement.ts";
import type { ProbeSocket } from "./linux/probe-socket.ts";
import { openProbeSocket, requireLinux } from "./linux/probe-socket.ts";
import type { TargetOptions } from "./target.ts";
import { resolveTarget } from "./target.ts";
import type { BlackHoleKind, PtbLie, Verdict } from "./verdict.ts";
import { findBlackHole, findPtbLie, judge } from "./verdict.ts";

/** What {@link discoverPathMtu} measures, and how. */
export interface DiscoverOptions extends TargetOptions {
  /** One probe at a time, by the letter of RFC 8899; default `false`. */
  readonly isSequential?: boolean | undefined;
  /** Told how far the measurement has come, after each step. What it throws rejects the promise. */
  readonly onProgress?: ((progress: DiscoveryProgress) => void) | undefined;
  /** Default: one that cannot be predicted. */
  readonly random?: Random;
  /** Default: the system's monotonic clock. */
  readonly clock?: Clock;
}

/** What a path carries, and how that is known. */
export interface Discovery extends Findings {
  readonly target: Endpoint;
  readonly family: AddressFamily;
  /** What the kernel believed before anything was sent. */
  readonly believed: KernelBelief;
  readonly verdict: Verdict;
  readonly blackHole: BlackHoleKind | undefined;
  readonly ptbLie: PtbLie | undefined;
}

/**
 * Measures the path MTU to a far end: best to a reflector (`serveReflector`), else to a UDP echo
 * server, else to a port that nothing receives at. That nothing answers is a result too
 * (`not-measurable`).
 *
 * @throws MtuError `MTU_UNSUPPORTED`.
 * @throws UdpError `UDP_BAD_PORT`, `UDP_BAD_ADDRESS`, `UDP_BAD_HOST`, `UDP_NAME_NOT_FOUND`,
 * `UDP_PERMISSION`, `UDP_UNREACHABLE`, `UDP_SYSTEM`.
 */
export async function discoverPathMtu(options: DiscoverOptions): Promise<Discovery> {
  requireLinux();
  const target = await resolveTarget(options);
  const route = lookUpRoute(target.address);
  using socket = await openProbeSocket(target, options.signal);
  const { discovery } = await discoverFrom(socket, { target, route }, options);
  return discovery;
}

/** Where a measurement leads, and out of which interface. */
export interface DiscoveryPath {
  readonly target: Endpoint;
  readonly route: Route;
}

/** A measurement that is over. */
export interface FinishedDiscovery {
  readonly discovery: Discovery;
  /** What keeps it, see {@link DiscoverySession.keep}. */
  readonly keeping: KeepingPhase;
}

/** One measurement from a socket that is open. @throws UdpError `UDP_BAD_OPTION`, `UDP_SYSTEM`. */
export async function discoverFrom(
  socket: ProbeSocket,
  { target, route }: DiscoveryPath,
  options: DiscoverOptions & Pick<DiscoverySessionOptions, "confirmationIntervalNs">,
): Promise<FinishedDiscovery> {
  const { isSequential = false, random = secureRandom, clock = systemClock } = options;
  const { confirmationIntervalNs, onProgress, signal } = options;
  const family = addressFamily(target.address);
  const believed = beliefOf(socket.kernelPathMtuBytes, route);
  const kernelPathMtuBytes = (): number | undefined => socket.kernelPathMtuBytes;
  const path = { family, interfaceMtuBytes: route.interfaceMtuBytes, kernelPathMtuBytes };
  const session = new DiscoverySession(
    { ...path, isSequential, confirmationIntervalNs, random },
    clock.nowNs(),
  );
  const onAdvance = onProgress && (() => onProgress(session.progress));
  await measure(session, socket, { clock, signal, onAdvance });
  const { findings } = session;
  const discovery = {
    ...findings,
    target,
    family,
    believed,
    verdict: judge(findings),
    blackHole: findBlackHole(findings),
    ptbLie: findPtbLie(findings),
  };
  return { discovery, keeping: session.keep() };
}
