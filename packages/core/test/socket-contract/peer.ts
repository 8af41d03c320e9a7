import type { Endpoint } from "../../src/address/endpoint.ts";
import type {
  DatagramSocket,
  OpenDatagramSocket,
  SocketOptions,
} from "../../src/socket/datagram-socket.ts";

interface PeerOptions extends Omit<SocketOptions, "onDatagram" | "onError"> {
  /** Whether the socket has an `onError`; default no. */
  readonly hearsErrors?: boolean;
}

/** A socket under test, with everything that it has heard. */
export interface Peer extends AsyncDisposable {
  readonly socket: DatagramSocket;
  readonly received: readonly { readonly payload: Uint8Array; readonly from: Endpoint }[];
  readonly errorCodes: readonly string[];
}

export async function openPeer(open: OpenDatagramSocket, options: PeerOptions): Promise<Peer> {
  const { hearsErrors = false, ...socketOptions } = options;
  const received: { payload: Uint8Array; from: Endpoint }[] = [];
  const errorCodes: string[] = [];
  const socket = await open({
    ...socketOptions,
    onDatagram: (payload, from) => received.push({ payload, from }),
    ...(hearsErrors && { onError: (error) => errorCodes.push(error.code) }),
  });
  return {
    socket,
    received,
    errorCodes,
    [Symbol.asyncDispose]: () => socket[Symbol.asyncDispose](),
  };
}

/** What a peer has received, as text, and from whom. */
export function heard(peer: Peer): { readonly text: string; readonly from: Endpoint }[] {
  return peer.received.map(({ payload, from }) => ({
    text: new TextDecoder().decode(payload),
    from,
  }));
}

export function texts(peer: Peer): string[] {
  return heard(peer).map(({ text }) => text);
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
