import type { Endpoint } from "@udp/core";
import { formatEndpoint } from "@udp/core";
import { ForgingSocket, MessageSocket } from "@udp/core/linux";
import type { Forgery } from "../attackers/forgery.ts";
import { sendSurely } from "./send-surely.ts";

/** Sends from sources of the attacker's choosing, as far as this host lets it. */
export interface Forger extends Disposable {
  send(datagram: Forgery): void;
  /** Only raw sockets send ICMP. */
  sendTooBig?(request: Forgery, mtuBytes: number): void;
}

/** With the right to open raw sockets: any loopback source. */
export class RawForger implements Forger {
  readonly #socket = new ForgingSocket();

  send(datagram: Forgery): void {
    this.#socket.send(datagram);
  }

  sendTooBig(quoted: Forgery, mtuBytes: number): void {
    this.#socket.sendTooBig({ quoted, mtuBytes, router: quoted.destination.address });
  }

  [Symbol.dispose](): void {
    this.#socket[Symbol.dispose]();
  }
}

/**
 * Without that right: the address that is to be believed is one of the loopback, so it can be bound.
 * What the client sees is the same; the server's own socket is handed in, as it has the address.
 */
export class BindingForger implements Forger {
  readonly #sockets = new Map<string, MessageSocket>();
  readonly #borrowed: MessageSocket;

  constructor(serverSocket: MessageSocket) {
    this.#borrowed = serverSocket;
    this.#sockets.set(formatEndpoint(serverSocket.local), serverSocket);
  }

  send({ source, destination, payload }: Forgery): void {
    sendSurely(this.#socketAt(source), payload, destination);
  }

  [Symbol.dispose](): void {
    for (const socket of this.#sockets.values()) {
      if (socket !== this.#borrowed) socket[Symbol.dispose]();
    }
  }

  #socketAt(source: Endpoint): MessageSocket {
    const key = formatEndpoint(source);
    const socket = this.#sockets.get(key) ?? new MessageSocket({ family: 4, local: source });
    this.#sockets.set(key, socket);
    return socket;
  }
}
