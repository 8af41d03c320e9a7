import type { AddressFamily, Endpoint } from "@udp/core";
import { addressFamily, formatEndpoint, tell, UdpError } from "@udp/core";
import type { ReadableWatch, ReceivedMessage, SendOutcome } from "@udp/core/linux";
import { interfaceIndex, interfaceName, MessageSocket, watchReadable } from "@udp/core/linux";
import type { HeardDatagram } from "../arrival.ts";
import type { Departure, InterfaceSocket, InterfaceSocketOptions } from "../interface-socket.ts";
import type { Membership } from "../membership.ts";

/** At `::` there are two sockets, one for each family: no socket says all of both. */
export async function openLinuxSocket(options: InterfaceSocketOptions): Promise<InterfaceSocket> {
  const socket = new LinuxSocket(options);
  try {
    await socket.open();
    return socket;
  } catch (error) {
    socket.close();
    throw error;
  }
}

/** A port that the system chose for one family may be taken in the other. */
const PORT_TRIALS = 16;

class LinuxSocket implements InterfaceSocket {
  local: Endpoint;
  isClosed = false;
  readonly #options: InterfaceSocketOptions;
  #sockets: readonly MessageSocket[] = [];
  readonly #watches: ReadableWatch[] = [];
  readonly #closeOnAbort = (): void => this.close();

  constructor(options: InterfaceSocketOptions) {
    this.#options = options;
    this.local = options.local;
  }

  async open(): Promise<void> {
    const { signal, local } = this.#options;
    signal?.addEventListener("abort", this.#closeOnAbort, { once: true });
    this.#sockets = this.#bindAll(PORT_TRIALS);
    this.local = { address: local.address, port: this.#sockets[0]?.local.port ?? local.port };
    for (const socket of this.#sockets) {
      this.#watches.push(watchReadable(socket.fd, () => this.#read(socket)));
    }
    await Promise.all(this.#watches.map(({ started }) => started));
    signal?.throwIfAborted();
  }

  send(payload: Uint8Array, { to, interfaceName: name, ...how }: Departure): UdpError | undefined {
    const socket = this.#socketOf(addressFamily(to.address));
    const index = name === undefined ? undefined : interfaceIndex(name);
    if (this.isClosed || socket === undefined) return unsent("unreachable", to, name);
    if (name !== undefined && index === undefined) return unsent("unreachable", to, name);
    try {
      const outcome = socket.send(payload, { ...how, to, interfaceIndex: index });
      return outcome === "sent" ? undefined : unsent(outcome, to, name);
    } catch (error) {
      if (error instanceof UdpError) return error;
      throw error;
    }
  }

  join({ group, interfaceName: name, interfaceIndex: index }: Membership): void {
    if (index === undefined) throw new UdpError("UDP_BAD_OPTION", `${name} has no number`);
    const { address, source } = group;
    this.#socketOf(addressFamily(address))?.joinGroup({
      group: address,
      interfaceIndex: index,
      source,
    });
  }

  leave({ group, interfaceIndex: index }: Membership): void {
    if (index === undefined || this.isClosed) return;
    const { address, source } = group;
    this.#socketOf(addressFamily(address))?.leaveGroup({
      group: address,
      interfaceIndex: index,
      source,
    });
  }

  close(): void {
    this.isClosed = true;
    this.#options.signal?.removeEventListener("abort", this.#closeOnAbort);
    for (const watch of this.#watches) watch[Symbol.dispose]();
    for (const socket of this.#sockets) socket[Symbol.dispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  #bindAll(trials: number): readonly MessageSocket[] {
    const { address, port } = this.#options.local;
    const first = this.#bind({ address, port });
    if (address !== "::") return [first];
    try {
      return [first, this.#bind({ address: "0.0.0.0", port: first.local.port })];
    } catch (error) {
      first[Symbol.dispose]();
      const isTaken = error instanceof UdpError && error.code === "UDP_ADDRESS_IN_USE";
      if (isTaken && port === 0 && trials > 1) return this.#bindAll(trials - 1);
      throw error;
    }
  }

  #bind(local: Endpoint): MessageSocket {
    const { allowBroadcast, hopLimit, sharesPort } = this.#options;
    const family = addressFamily(local.address);
    const socket = new MessageSocket({ family, local, sharesPort });
    socket.reportArrival(true);
    if (hopLimit !== undefined) socket.setHopLimit(hopLimit);
    socket.setMulticast({ hopLimit });
    if (allowBroadcast) socket.setBroadcast(true);
    return socket;
  }

  #socketOf(family: AddressFamily): MessageSocket | undefined {
    return this.#sockets.find((socket) => socket.family === family);
  }

  #read(socket: MessageSocket): void {
    while (!this.isClosed) {
      const message = socket.receive();
      if (message === undefined) return;
      tell(this.#options.onDatagram, heard(message));
    }
  }
}

function heard({ interfaceIndex: index, ...message }: ReceivedMessage): HeardDatagram {
  const name = index === undefined ? undefined : interfaceName(index);
  return { ...message, interfaceName: name };
}

const REASONS: Readonly<Record<Exclude<SendOutcome, "sent">, readonly [UdpError["code"], string]>> =
  {
    "would-block": ["UDP_SYSTEM", "the system's buffer is full"],
    "too-large": ["UDP_TOO_LARGE", "the datagram is too large"],
    refused: ["UDP_REFUSED", "nothing listens there"],
    unreachable: ["UDP_UNREACHABLE", "no way leads there"],
    "not-permitted": ["UDP_PERMISSION", "this host does not permit it"],
  };

function unsent(
  outcome: Exclude<SendOutcome, "sent">,
  to: Endpoint,
  name: string | undefined,
): UdpError {
  const [code, reason] = REASONS[outcome];
  const out = name === undefined ? "" : ` out of ${name}`;
  return new UdpError(code, `not sent to ${formatEndpoint(to)}${out}: ${reason}`);
}
