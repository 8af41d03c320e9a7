import { addressFamily } from "@udp/core";
import type { Destination, Method, Skipped, SkipReason } from "./destination.ts";
import { destinationKey } from "./destination.ts";
import type { DestinationReport } from "./discovery.ts";
import type { FoundResponder } from "./found-responder.ts";
import { DISCOVERY_GROUPS } from "./membership.ts";

/**
 * Why a way of reaching everyone is none.
 * `no-route`: no route leads there.
 * `so-broadcast`: the socket may not send to broadcast addresses.
 * `reverse-path-filter`: this host throws away what comes from the network of that interface.
 * `not-joined`: those who are there have not joined the group.
 * `unknown`: it could not be established.
 */
export type CheckReason =
  | SkipReason
  | "no-route"
  | "so-broadcast"
  | "reverse-path-filter"
  | "not-joined"
  | "unknown";

/** One way of reaching everyone, and whether it does. */
export interface CheckedPath {
  /** `undefined` where the routes decide. */
  readonly interfaceName: string | undefined;
  readonly method: Method;
  /** `undefined` where nothing could be sent and there is none. */
  readonly address: string | undefined;
  /** Responders on other hosts that were reached by it. */
  readonly responderCount: number;
  /** Why none was; `undefined` where the way works. */
  readonly reason: CheckReason | undefined;
}

/** What was seen while all ways were tried. */
export interface CheckEvidence {
  /** Those of other hosts. */
  readonly responders: readonly FoundResponder[];
  readonly reports: readonly DestinationReport[];
  /** Whether the socket could send to broadcast addresses (SO_BROADCAST). */
  readonly allowsBroadcast: boolean;
  /** Interfaces at which the reverse-path filter of this host throws away what comes from their network. */
  readonly filtered: ReadonlySet<string>;
}

/** What a way of which nothing was tried is. */
export function checkSkipped({ family: _family, ...skipped }: Skipped): CheckedPath {
  return { ...skipped, responderCount: 0 };
}

/** Whether a way works, and why not where that can be established. */
export function checkDestination(destination: Destination, evidence: CheckEvidence): CheckedPath {
  const { interfaceName, method, address } = destination;
  const responderCount = evidence.responders.filter(({ paths }) => has(paths, destination)).length;
  const reason = responderCount > 0 ? undefined : reasonOf(destination, evidence);
  return { interfaceName, method, address, responderCount, reason };
}

function reasonOf(destination: Destination, evidence: CheckEvidence): CheckReason {
  const report = evidence.reports.find(
    (candidate) => destinationKey(candidate.destination) === destinationKey(destination),
  );
  if (report?.sentCount === 0) return reasonUnsent(destination, report, evidence);
  const { interfaceName = "", family } = destination;
  if (family === 4 && evidence.filtered.has(interfaceName)) return "reverse-path-filter";
  return isNotJoined(destination, evidence.responders) ? "not-joined" : "unknown";
}

function reasonUnsent(
  { method }: Destination,
  { error }: DestinationReport,
  { allowsBroadcast }: CheckEvidence,
): CheckReason {
  if (error?.code === "UDP_UNREACHABLE") return "no-route";
  const isBroadcast = method === "limited" || method === "directed";
  const isForbidden = error?.code === "UDP_PERMISSION" && isBroadcast && !allowsBroadcast;
  return isForbidden ? "so-broadcast" : "unknown";
}

/** Others of the interface answer, by other ways, and all of them say that they hear no such group. */
function isNotJoined(group: Destination, responders: readonly FoundResponder[]): boolean {
  const [address = ""] = group.address.split("%");
  if (!DISCOVERY_GROUPS.some((own) => own.address === address)) return false;
  const isNeighbour = (path: Destination): boolean =>
    path.interfaceName === group.interfaceName &&
    path.interfaceName !== undefined &&
    path.family === addressFamily(address);
  const neighbours = responders.filter(({ paths }) => paths.some(isNeighbour));
  return (
    neighbours.length > 0 && neighbours.every(({ memberPaths }) => !memberPaths.some(isNeighbour))
  );
}

function has(paths: readonly Destination[], destination: Destination): boolean {
  return paths.some((path) => destinationKey(path) === destinationKey(destination));
}
