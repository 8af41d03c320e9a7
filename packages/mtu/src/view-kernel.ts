import type { AddressFamily, Endpoint } from "@udp/core";
import { addressFamily, integerOption } from "@udp/core";
import type { Route } from "@udp/core/linux";
import { lookUpRoute, MessageSocket } from "@udp/core/linux";
import type { KernelView } from "./kernel-view.ts";
import { TOO_LARGE_PAYLOAD_BYTES, viewOfKernel } from "./kernel-view.ts";
import { requireLinux } from "./linux/probe-socket.ts";
import type { TargetOptions } from "./target.ts";
import { resolveTarget } from "./target.ts";

/** Of which path {@link viewKernel} asks the kernel, and how. */
export interface ViewKernelOptions extends TargetOptions {
  /** Of the one datagram that is tried, 0 to 65536; default 65536, which never leaves the host. */
  readonly payloadBytes?: number | undefined;
}

/** What the kernel believes of the path to a target. */
export interface TargetKernelView extends KernelView {
  readonly target: Endpoint;
  readonly family: AddressFamily;
}

/**
 * Asks the kernel what it believes the path to a far end to carry, by one datagram with DF set, and
 * where it has that from. Measures nothing: see `discoverPathMtu` for that.
 *
 * @throws MtuError `MTU_UNSUPPORTED`.
 * @throws UdpError `UDP_BAD_OPTION`, `UDP_BAD_PORT`, `UDP_BAD_ADDRESS`, `UDP_BAD_HOST`,
 * `UDP_NAME_NOT_FOUND`, `UDP_PERMISSION`, `UDP_UNREACHABLE`, `UDP_SYSTEM`.
 */
export async function viewKernel(options: ViewKernelOptions): Promise<TargetKernelView> {
  requireLinux();
  const { payloadBytes = TOO_LARGE_PAYLOAD_BYTES } = options;
  integerOption("payloadBytes", payloadBytes, 0, TOO_LARGE_PAYLOAD_BYTES);
  const target = await resolveTarget(options);
  const family = addressFamily(target.address);
  using socket = new MessageSocket({ family, remote: target });
  const readRoute = (): Route => lookUpRoute(target.address);
  return { target, family, ...viewOfKernel(socket, readRoute, payloadBytes) };
}
