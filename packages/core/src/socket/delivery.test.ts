import { expect, test } from "bun:test";
import { UdpError } from "../errors.ts";
import type { DatagramSocket } from "./datagram-socket.ts";
import type { Delivery } from "./delivery.ts";
import { deliver, trySend } from "./delivery.ts";

const to = { address: "192.0.2.1", port: 1060 };

function socketThat(send: DatagramSocket["send"]): DatagramSocket {
  return {
    local: { address: "127.0.0.1", port: 1 },
    remote: undefined,
    isClosed: false,
    droppedCount: undefined,
    send,
    sendMany: () => 0,
    drained: () => Promise.resolve(),
    close: () => undefined,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function throwing(error: Error): DatagramSocket["send"] {
  return () => {
    throw error;
  };
}

test.each<[string, DatagramSocket["send"], Delivery, boolean]>([
  ["was taken", () => true, "sent", true],
  ["did not fit into the system's buffer", () => false, "no-room", false],
  ["is too large", throwing(new UdpError("UDP_TOO_LARGE", "65508 bytes")), "too-large", false],
  ["has no way there", throwing(new UdpError("UDP_UNREACHABLE", "no route")), "unsent", false],
  ["comes after the end", throwing(new UdpError("UDP_CLOSED", "closed")), "unsent", false],
])("a datagram that %s", (_title, send, delivery, isTaken) => {
  const socket = socketThat(send);
  const payload = new Uint8Array(1);
  expect([deliver(socket, payload, to), trySend(socket, payload, to)]).toEqual([delivery, isTaken]);
});

test.each([
  new TypeError("a mistake"),
  new UdpError("UDP_BAD_ADDRESS", "expected an address"),
  new UdpError("UDP_BAD_PORT", "expected a port"),
])("%p is a mistake, and is not hidden", (mistake) => {
  const socket = socketThat(throwing(mistake));
  expect(() => deliver(socket, new Uint8Array(1), to)).toThrow(mistake);
  expect(() => trySend(socket, new Uint8Array(1), to)).toThrow(mistake);
});
