import { expect, test } from "bun:test";
import type { Endpoint } from "../src/address/endpoint.ts";
import { sendForgedDatagram } from "../src/linux/forged-datagram.ts";
import { openBunSocket } from "../src/socket/bun-socket.ts";

const isAble = process.platform === "linux" && process.getuid?.() === 0;

test.skipIf(!isAble).each([
  ["empty", 0],
  ["of odd length", 5],
  ["the largest", 65_507],
])(
  "a forged datagram arrives as if its source had sent it (needs Linux and root): %s",
  async (_title, payloadBytes) => {
    const arrival = Promise.withResolvers<{ payload: Uint8Array; from: Endpoint }>();
    await using receiver = await openBunSocket({
      local: { address: "127.0.0.1", port: 0 },
      onDatagram: (payload, from) => arrival.resolve({ payload, from }),
    });
    const payload = Uint8Array.from({ length: payloadBytes }, (_, index) => index);
    const source = { address: "127.9.8.7", port: 53 };
    sendForgedDatagram({ source, destination: receiver.local, payload });
    const { from, ...arrived } = await arrival.promise;
    expect([from, Buffer.compare(arrived.payload, payload)]).toEqual([source, 0]);
  },
);
