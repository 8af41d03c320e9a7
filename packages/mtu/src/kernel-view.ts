import type { MtuDiscovery, SendOutcome } from "@udp/core/linux";

/** As much of a connected `MessageSocket` as {@link viewOfKernel} needs. */
export interface KernelSocket {
  /** `undefined` where no way leads there any more. */
  readonly kernelPathMtuBytes: number | undefined;
  setMtuDiscovery(mode: MtuDiscovery): void;
  send(payload: Uint8Array): SendOutcome;
}

/** As much of the kernel's route to the same address. */
export interface KernelRoute {
  readonly interfaceName: string;
  readonly interfaceMtuBytes: number;
  /** What stands beside the interface's MTU. */
  readonly mtuBytes: number | undefined;
  /** Until the kernel forgets `mtuBytes`; `undefined` for what was set. */
  readonly expiresInMs: number | undefined;
  /** Since the Packet Too Big was heard last. */
  readonly ageMs: number | undefined;
}

/**
 * Where the kernel has its number from: the first interface; a route that was set; a Packet Too Big
 * that it heard, and believed.
 */
export type MtuOrigin = "interface" | "route" | "packet-too-big";

/** What the kernel believes of a path. Nothing here was measured. */
export interface KernelBelief {
  /** The path MTU by the kernel (IP_MTU, IPV6_MTU). */
  readonly kernelMtuBytes: number;
  readonly origin: MtuOrigin;
  readonly interfaceName: string;
  readonly interfaceMtuBytes: number;
  /** Until the kernel forgets the Packet Too Big that it heard; `undefined` for other origins. */
  readonly expiresInMs: number | undefined;
  /** Since the Packet Too Big was heard last. */
  readonly ageMs: number | undefined;
}

/** The same, and what the kernel makes of one datagram. */
export interface KernelView extends KernelBelief {
  /** The payload that was handed over with DF set. */
  readonly payloadBytes: number;
  /** `too-large` where the kernel refuses it; where it is `sent`, nobody knows whether it arrived. */
  readonly outcome: SendOutcome;
}

/** More than any datagram holds, so that the kernel refuses it without sending anything. */
export const TOO_LARGE_PAYLOAD_BYTES = 65_536;

/**
 * Asks the kernel for the path MTU the way the original lesson does: DF set, and one datagram, of
 * `#` alone, that is likely to be too large.
 *
 * @param socket connected, and used for nothing else.
 * @param readRoute read last: the datagram may already have drawn a Packet Too Big.
 * @param payloadBytes at least 0.
 */
export function viewOfKernel(
  socket: KernelSocket,
  readRoute: () => KernelRoute,
  payloadBytes: number = TOO_LARGE_PAYLOAD_BYTES,
): KernelView {
  socket.setMtuDiscovery("do");
  const outcome = socket.send(new Uint8Array(payloadBytes).fill("#".charCodeAt(0)));
  return { payloadBytes, outcome, ...beliefOf(socket.kernelPathMtuBytes, readRoute()) };
}

/** @param pathMtuBytes of a connected socket; `undefined` where no way leads there any more. */
export function beliefOf(pathMtuBytes: number | undefined, route: KernelRoute): KernelBelief {
  const { interfaceName, interfaceMtuBytes, mtuBytes = interfaceMtuBytes } = route;
  const origin = originOf(route);
  const isHeard = origin === "packet-too-big";
  return {
    kernelMtuBytes: pathMtuBytes ?? mtuBytes,
    origin,
    interfaceName,
    interfaceMtuBytes,
    expiresInMs: isHeard ? route.expiresInMs : undefined,
    ageMs: isHeard ? route.ageMs : undefined,
  };
}

function originOf({ mtuBytes, expiresInMs }: KernelRoute): MtuOrigin {
  if (mtuBytes === undefined) return "interface";
  return expiresInMs === undefined ? "route" : "packet-too-big";
}
