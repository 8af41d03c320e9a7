import type { AddressFamily, Clock, Endpoint, Random } from "@udp/core";
import { addressFamily, secureRandom, systemClock } from "@udp/core";
import { lookUpRoute } from "@udp/core/linux";
import type { Findings } from "./discovery/discovery-session.ts";
import { DiscoverySession } from "./discovery/discovery-session.ts";
import { measure } from "./linux/measurement.ts";
import type { ProbeSocket } from "./linux/probe-socket.ts";
import { requireLinux } from "./linux/probe-socket.ts";
import type { TargetOptions } from "./target.ts";
import { resolveTarget } from "./target.ts";
import type { BlackHoleKind, PtbLie, Verdict } from "./verdict.ts";
import { findBlackHole, findPtbLie, judge } from "./verdict.ts";

/** What {@link discoverPathMtu} measures, and how. */
export interface DiscoverOptions extends TargetOptions {
  /** One probe at a time, by the letter of RFC 8899; default `false`. */
  readonly isSequential?: boolean | undefined;
  /** Default: one that cannot be predicted. */
  readonly random?: Random;
  /** Default: the system's monotonic clock. */
  readonly clock?: Clock;
}

/** What a path carries, and how that is known. */
export interface Discovery extends Findings {
  readonly target: Endpoint;
  readonly family: AddressFamily;
  /** The interface that leads there. */
  readonly interfaceName: string;
  readonly verdict: Verdict;
  readonly blackHole: BlackHoleKind | undefined;
  readonly ptbLie: PtbLie | undefined;
}

/**
 * Measures the path MTU to a far end: best to a reflector (`serveReflector`), else to a UDP echo
 * server, else to a port that nothing receives at. That nothing answers is a result too
 * (`not-measurable`).
 *
 * @throws MtuError `MTU_UNSUPPORTED`, `MTU_BAD_HOST`.
 * @throws UdpError `UDP_BAD_PORT`, `UDP_BAD_ADDRESS`, `UDP_NAME_NOT_FOUND`, `UDP_UNREACHABLE`,
 * `UDP_SYSTEM`.
 */
export async function discoverPathMtu(options: DiscoverOptions): Promise<Discovery> {
  requireLinux();
  const { isSequential = false, random = secureRandom, clock = systemClock, signal } = options;
  const target = await resolveTarget(options);
  const family = addressFamily(target.address);
  const { interfaceName, interfaceMtuBytes } = lookUpRoute(target.address);
  const startSession = (socket: ProbeSocket, nowNs: number): DiscoverySession => {
    const kernelPathMtuBytes = (): number | undefined => socket.kernelPathMtuBytes;
    const path = { family, interfaceMtuBytes, kernelPathMtuBytes };
    return new DiscoverySession({ ...path, isSequential, random }, nowNs);
  };
  const { findings } = await measure(target, startSession, { clock, signal });
  return {
    ...findings,
    target,
    family,
    interfaceName,
    verdict: judge(findings),
    blackHole: findBlackHole(findings),
    ptbLie: findPtbLie(findings),
  };
}
