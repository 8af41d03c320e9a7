import { expect } from "bun:test";
import { createPair } from "../src/index.ts";
import { captureTest } from "../src/testing/index.ts";

const SENDER = Bun.fileURLToPath(import.meta.resolve("./programs/numbered-sender.ts"));
const RECEIVER = Bun.fileURLToPath(import.meta.resolve("./programs/numbered-receiver.ts"));

for (const family of [4, 6] as const) {
  captureTest(
    `IPv${family}: a capture has every datagram that passed, and what the filter says`,
    async () => {
      await using pair = await createPair();
      const [a, b] = [pair.host("a"), pair.host("b")];
      const [from, to] = family === 4 ? [a.ipv4, b.ipv4] : [a.ipv6, b.ipv6];
      await using receiver = await b.spawn([process.execPath, RECEIVER, to, "9000"], {
        hasInput: true,
      });
      await receiver.nextLine();
      await using capture = await b.capture("udp port 9000");
      await a.run(["ping", "-n", "-c1", to]);
      await a.run([process.execPath, SENDER, to, "9000", "200", "10", "20"]);
      const packets = await capture.stop();
      const seen = packets.map(({ datagram }) => ({
        from: datagram?.source.address,
        to: datagram?.destination,
        number: datagram && new DataView(Uint8Array.from(datagram.payload).buffer).getUint32(0),
      }));
      expect(seen).toEqual(
        Array.from({ length: 200 }, (_, number) => ({
          from,
          to: { address: to, port: 9000 },
          number,
        })),
      );
      const times = packets.map(({ capturedAtMs }) => capturedAtMs);
      expect(times).toEqual(times.toSorted((one, other) => one - other));
      expect(Math.abs(Date.now() - (times[0] ?? 0))).toBeLessThan(600_000);
    },
  );
}

captureTest("a filter that is none is refused with what tcpdump says", async () => {
  await using pair = await createPair();
  const attempt = pair.host("a").capture("no such filter");
  await expect(attempt).rejects.toMatchObject({
    code: "LAB_COMMAND_FAILED",
    message: expect.stringContaining("syntax error"),
  });
});
