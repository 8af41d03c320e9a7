import { expect } from "bun:test";
import type { Endpoint } from "@udp/core";
import { openBunSocket } from "@udp/core";
import { sendForgedDatagram } from "@udp/core/linux";
import { testWhere } from "../src/testing/index.ts";

const obstacle = findObstacle();

const PAYLOAD_BYTES = { empty: 0, "of odd length": 5, "the largest": 65_507 };

for (const [title, payloadBytes] of Object.entries(PAYLOAD_BYTES)) {
  const name = `a forged datagram arrives as if its source had sent it: ${title}`;
  testWhere(obstacle, name, async () => {
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
  });
}

function findObstacle(): string | undefined {
  if (process.platform !== "linux") return "forged datagrams need a raw socket of Linux";
  return process.getuid?.() === 0 ? undefined : "forged datagrams need root";
}
