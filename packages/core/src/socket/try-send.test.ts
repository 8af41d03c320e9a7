import { expect, test } from "bun:test";
import { UdpError } from "../errors.ts";
import type { DatagramSocket } from "./datagram-socket.ts";
import { trySend } from "./try-send.ts";

const to = { address: "192.0.2.1", port: 1060 };

function socketThat(send: DatagramSocket["send"]): DatagramSocket {
  return {
    local: { address: "127.0.0.1", port: 1 },
    remote: undefined,
    isClosed: false,
    send,
    sendMany: () => 0,
    drained: () => Promise.resolve(),
    close: () => undefined,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

test.each([
  ["was taken", () => true, true],
  ["did not fit into the system's buffer", () => false, false],
  [
    "cannot be sent there",
    () => {
      throw new UdpError("UDP_UNREACHABLE", "no route");
    },
    false,
  ],
])("a datagram that %s", (_title, send, isTaken) => {
  expect(trySend(socketThat(send), new Uint8Array(1), to)).toBe(isTaken);
});

test.each([
  new TypeError("a mistake"),
  new UdpError("UDP_BAD_ADDRESS", "expected an address"),
  new UdpError("UDP_BAD_PORT", "expected a port"),
])("%p is a mistake, and is not hidden", (mistake) => {
  const socket = socketThat(() => {
    throw mistake;
  });
  expect(() => trySend(socket, new Uint8Array(1), to)).toThrow(mistake);
});
