import type { AddressFamily, Endpoint, LookUpName } from "@udp/core";
import { checkPeerAddress, checkPort, DEFAULT_PORT, resolveHost } from "@udp/core";

/** What the way is measured to. */
export interface TargetOptions {
  /** Address or name of the far end. */
  readonly host: string;
  /** 1 to 65535; default 1060. */
  readonly port?: number | undefined;
  /** Only addresses of this family. */
  readonly family?: AddressFamily | undefined;
  /** Ends the measurement; the promise rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Default: the system's resolver. */
  readonly lookUpName?: LookUpName | undefined;
}

/**
 * The first address of the host, which must be that of one host.
 *
 * @throws UdpError `UDP_BAD_HOST`, `UDP_BAD_PORT`, `UDP_BAD_ADDRESS`, `UDP_NAME_NOT_FOUND`.
 */
export async function resolveTarget(options: TargetOptions): Promise<Endpoint> {
  const { host, port = DEFAULT_PORT } = options;
  checkPort(port, 1);
  const [address = host] = await resolveHost(host, options);
  return { address: checkPeerAddress(address), port };
}
