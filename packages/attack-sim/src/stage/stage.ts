import type { Endpoint } from "@udp/core";
import type { Forgery } from "../attackers/forgery.ts";
import type { TooBigReport } from "../exchange/client-session.ts";

/** How the client's socket is opened, and who hears from it. */
export interface ClientSocketOptions {
  readonly port: number;
  /** Connected to the server, it hears from nobody else. */
  readonly isConnected: boolean;
  readonly onDatagram: (payload: Uint8Array, from: Endpoint) => void;
  readonly onTooBig: (report: TooBigReport) => void;
}

/** The client's socket; it sends to the server only. */
export interface ClientSocket extends Disposable {
  readonly local: Endpoint;
  send(payload: Uint8Array): void;
}

/**
 * Where an attack is played: real sockets of this host, or hosts in memory. There is a server, which
 * answers when it is told to, and a client for as long as one is open.
 */
export interface Stage extends AsyncDisposable {
  readonly clientAddress: string;
  readonly server: Endpoint;
  /** The attacker's own. */
  readonly attacker: Endpoint;
  /** Whether {@link forgeTooBig} may be called: it needs a raw socket, or a simulation. */
  readonly canForgeTooBig: boolean;
  /** By the clock that stands in frames: whole milliseconds. */
  nowMs(): number;
  /** That clock goes on by so much, and nobody waits for it. */
  pass(durationMs: number): void;
  /** @throws UdpError `UDP_ADDRESS_IN_USE` where another program has the port. */
  openClient(options: ClientSocketOptions): Promise<ClientSocket>;
  /** The server sends a datagram. */
  answer(payload: Uint8Array, to: Endpoint): void;
  /** A datagram leaves that seems to come from wherever the attacker likes. */
  forge(datagram: Forgery): void;
  /** The client's host is told that this request was too big for a link. */
  forgeTooBig(request: Forgery, mtuBytes: number): void;
  /** Requests that reached the server since the last call. */
  takeRequests(): readonly Uint8Array[];
  /** Settles when everything that was sent so far has arrived and was told. */
  settle(): Promise<void>;
}
