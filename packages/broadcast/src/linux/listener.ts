import type { Endpoint } from "@udp/core";
import { addressFamily, tell } from "@udp/core";
import type { ReadableWatch, ReceivedMessage } from "@udp/core/linux";
import { interfaceName, MessageSocket, readLinks, watchReadable } from "@udp/core/linux";
import type { HeardDatagram, Listener, ListenerOptions } from "../listener.ts";

/** At `::` there are two sockets, one for each family: no socket says all of both. */
export async function listenOnLinux(local: Endpoint, options: ListenerOptions): Promise<Listener> {
  const listener = new LinuxListener(options);
  try {
    await listener.open(local);
    return listener;
  } catch (error) {
    listener.close();
    throw error;
  }
}

class LinuxListener implements Listener {
  local: Endpoint = { address: "::", port: 0 };
  readonly #options: ListenerOptions;
  readonly #sockets: MessageSocket[] = [];
  readonly #watches: ReadableWatch[] = [];
  readonly #closeOnAbort = (): void => this.close();
  #isClosed = false;

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  async open({ address, port }: Endpoint): Promise<void> {
    const { signal } = this.#options;
    signal?.addEventListener("abort", this.#closeOnAbort, { once: true });
    this.local = { address, port: this.#bind({ address, port }) };
    if (address === "::") this.#bind({ address: "0.0.0.0", port: this.local.port });
    for (const socket of this.#sockets) {
      this.#watches.push(watchReadable(socket.fd, () => this.#read(socket)));
    }
    await Promise.all(this.#watches.map(({ started }) => started));
    signal?.throwIfAborted();
  }

  /** Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#options.signal?.removeEventListener("abort", this.#closeOnAbort);
    for (const watch of this.#watches) watch[Symbol.dispose]();
    for (const socket of this.#sockets) socket[Symbol.dispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  #bind(local: Endpoint): number {
    const socket = new MessageSocket({ family: addressFamily(local.address), local });
    this.#sockets.push(socket);
    socket.reportArrival(true);
    if (socket.family === 6) joinAllNodes(socket);
    return socket.local.port;
  }

  #read(socket: MessageSocket): void {
    while (!this.#isClosed) {
      const message = socket.receive();
      if (message === undefined) return;
      tell(this.#options.onDatagram, heard(message));
    }
  }
}

/** What IPv6 has in place of broadcasts: the group of all nodes on a link (RFC 4291 section 2.7.1). */
function joinAllNodes(socket: MessageSocket): void {
  for (const { index, flags } of readLinks()) {
    if (!flags.isUp || !flags.hasMulticast) continue;
    socket.joinGroup({ group: "ff02::1", interfaceIndex: index });
  }
}

function heard({ payload, from, interfaceIndex, destination }: ReceivedMessage): HeardDatagram {
  const name = interfaceIndex === undefined ? undefined : interfaceName(interfaceIndex);
  return { payload, from, interfaceName: name, destination };
}
