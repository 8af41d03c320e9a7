import { expect } from "bun:test";
import { createLan, createPair } from "../src/index.ts";
import { labTest } from "../src/testing/index.ts";

function program(url: string, ...args: readonly string[]): string[] {
  return [process.execPath, Bun.fileURLToPath(url), ...args];
}

/** From nobody to everybody, with an IP header whose checksum is wrong. */
const DAMAGED_FRAME = `ffffffffffff020000000001080045000014${"00".repeat(4)}4011dead${"0a4d0001"}${"0a4d00ff"}`;

labTest("frames pass a switch as they are, whatever is in them", async () => {
  await using lan = await createLan({ hosts: 2 });
  const receiver = program(import.meta.resolve("./packet-socket/receiver.ts"));
  await using receiving = await lan.host("h2").spawn(receiver);
  expect(await receiving.nextLine()).toBe("ready");
  const sender = program(import.meta.resolve("./packet-socket/sender.ts"), DAMAGED_FRAME);
  expect((await lan.host("h1").run(sender)).stdout).toBe("true\n");
  expect(await receiving.nextLine()).toBe(DAMAGED_FRAME);
});

labTest("a socket that is closed harms nobody", async () => {
  await using pair = await createPair();
  const { stdout } = await pair
    .host("a")
    .run(program(import.meta.resolve("./packet-socket/ends.ts")));
  expect(JSON.parse(stdout)).toEqual({
    unknown: "UDP_BAD_OPTION",
    cut: "UDP_BAD_OPTION",
    isReadable: false,
    afterwards: { hasSameNumber: true, isFileOpen: true, received: null, isSent: false },
  });
});
