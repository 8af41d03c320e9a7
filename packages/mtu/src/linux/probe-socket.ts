import type { Endpoint } from "@udp/core";
import { addressFamily, unlessAborted } from "@udp/core";
import type { ReadableWatch, SendOutcome, SocketError } from "@udp/core/linux";
import { MessageSocket, watchReadable } from "@udp/core/linux";
import { MtuError } from "../errors.ts";

/** How one datagram is sent. */
export interface ProbeSendOptions {
  /** Whether this host and the routers may cut it in fragments; default `false`. */
  readonly mayBeCut?: boolean | undefined;
  /** Default: that of the system. */
  readonly hopLimit?: number | undefined;
}

/** What became of a datagram at this host. */
export interface ProbeSendResult {
  readonly outcome: SendOutcome;
  /** What this host lets out, where it did not let this out. */
  readonly limitBytes: number | undefined;
}

/**
 * A connected socket in the event loop whose datagrams leave whole, whatever the kernel believes of
 * the path, and which hears what routers say about them.
 */
export class ProbeSocket implements Disposable {
  readonly #socket: MessageSocket;
  readonly #watch: ReadableWatch;
  /** What routers said while a datagram was sent, and nobody has read yet. */
  readonly #unreadErrors: SocketError[] = [];
  #onReadable: () => void = () => undefined;

  /**
   * @throws MtuError `MTU_UNSUPPORTED` where this is not Linux.
   * @throws UdpError `UDP_UNREACHABLE`, `UDP_SYSTEM`.
   */
  constructor(remote: Endpoint) {
    requireLinux();
    this.#socket = new MessageSocket({ family: addressFamily(remote.address), remote });
    this.#socket.setMtuDiscovery("probe");
    this.#socket.reportErrors(true);
    this.#watch = watchReadable(this.#socket.fd, () => this.#onReadable());
  }

  /** Settles when answers are heard at once; round trips measured before would look long. */
  get listening(): Promise<void> {
    return this.#watch.started;
  }

  /** What the kernel believes that the path carries. */
  get kernelPathMtuBytes(): number | undefined {
    return this.#socket.kernelPathMtuBytes;
  }

  /** @param onReadable reads everything that there is. */
  listen(onReadable: () => void): void {
    this.#onReadable = onReadable;
  }

  /** What comes is read and forgotten, until the next {@link listen}. */
  ignore(): void {
    this.listen(() => {
      this.readErrors();
      Array.from(this.readDatagrams());
    });
  }

  /** What routers, and the far end's system, said since the last call. */
  readErrors(): SocketError[] {
    this.#takeErrors();
    return this.#unreadErrors.splice(0);
  }

  /** What came since the last call. */
  *readDatagrams(): Generator<Uint8Array> {
    for (let message = this.#socket.receive(); message; message = this.#socket.receive()) {
      yield message.payload;
    }
  }

  /**
   * Sends a datagram. Where this host is too narrow for it, nothing is sent.
   *
   * @throws UdpError `UDP_SYSTEM`.
   */
  send(payload: Uint8Array, { mayBeCut, hopLimit }: ProbeSendOptions = {}): ProbeSendResult {
    this.#takeErrors();
    if (mayBeCut) this.#socket.setMtuDiscovery("dont");
    const outcome = this.#socket.send(payload, { hopLimit });
    if (mayBeCut) this.#socket.setMtuDiscovery("probe");
    const limitBytes = this.#takeErrors();
    return { outcome, limitBytes: outcome === "too-large" ? limitBytes : undefined };
  }

  [Symbol.dispose](): void {
    this.#watch[Symbol.dispose]();
    this.#socket[Symbol.dispose]();
  }

  /** Reads the error queue; what this host says of itself is returned, the rest is kept. */
  #takeErrors(): number | undefined {
    let limitBytes: number | undefined;
    for (let error = this.#socket.receiveError(); error; error = this.#socket.receiveError()) {
      if (error.kind === "local") limitBytes = error.mtuBytes ?? limitBytes;
      else this.#unreadErrors.push(error);
    }
    return limitBytes;
  }
}

/**
 * A socket to the far end that hears.
 *
 * @throws MtuError `MTU_UNSUPPORTED`; UdpError `UDP_UNREACHABLE`, `UDP_SYSTEM`.
 */
export async function openProbeSocket(
  target: Endpoint,
  signal: AbortSignal | undefined,
): Promise<ProbeSocket> {
  const socket = new ProbeSocket(target);
  try {
    await unlessAborted(socket.listening, signal);
    return socket;
  } catch (error) {
    socket[Symbol.dispose]();
    throw error;
  }
}

/** @throws MtuError `MTU_UNSUPPORTED`. */
export function requireLinux(): void {
  if (process.platform === "linux") return;
  throw new MtuError("MTU_UNSUPPORTED", "Unsupported: path MTU discovery needs Linux");
}
