import { expect } from "bun:test";
import { createPair } from "../src/index.ts";
import { captureTest, labTest } from "../src/testing/index.ts";

const FORGER = Bun.fileURLToPath(import.meta.resolve("./forging-socket/forger.ts"));

labTest("a forged Packet Too Big is told to whom it names, and to nobody else", async () => {
  await using pair = await createPair();
  const { stdout } = await pair.host("a").run([process.execPath, FORGER, "too-big"]);
  expect(JSON.parse(stdout)).toEqual({
    told: [{ name: "EMSGSIZE", mtuBytes: 600, quoted: "a request" }],
    others: [],
    afterwards: "UDP_CLOSED",
  });
});

captureTest("a forged datagram stays on its host also where the loopback is off", async () => {
  await using pair = await createPair();
  const [here, there] = [pair.host("a"), pair.host("b")];
  await here.run(["ip", "link", "set", "dev", "lo", "down"]);
  await here.run(["ip", "route", "add", "default", "via", there.ipv4]);
  await using capture = await there.capture("udp");
  await here.run([process.execPath, FORGER, "datagram"]);
  // The capture works: what another program sends is in it.
  await here.run(["bash", "-c", `echo hello >/dev/udp/${there.ipv4}/9`]);
  const packets = await capture.stop();
  expect(packets.map(({ datagram }) => datagram?.destination.address)).toEqual([there.ipv4]);
});
