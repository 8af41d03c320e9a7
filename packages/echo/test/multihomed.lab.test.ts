import { expect } from "bun:test";
import type { Lab } from "@udp/lab";
import { createMultihomed } from "@udp/lab";
import { labTest } from "@udp/lab/testing";
import { parse } from "valibot";
import { documentSchemas } from "../src/documents.ts";
import { listening, UDP_ECHO } from "./udp-echo.ts";

/**
 * The socket does not know which address a datagram was sent to, so the system chooses one for the
 * answer: of IPv4 the first of the interface, of IPv6 the last. A server that listens at the one
 * address answers from it.
 */
const ANSWERED_FROM = {
  "10.77.1.10": "10.77.1.10",
  "10.77.1.11": "10.77.1.10",
  "10.77.2.10": "10.77.2.10",
  "fd77:1::10": "fd77:1::11",
  "fd77:1::11": "fd77:1::11",
  "fd77:2::10": "fd77:2::10",
};

labTest(
  "the engine portable, on all addresses: which one answers is the system's choice",
  async () => {
    await using lab = await createMultihomed();
    await using _server = await serve(lab, "::", ["--engine", "portable"]);
    const answers = Object.keys(ANSWERED_FROM).map(async (address) => [
      address,
      await answererOf(lab, address),
    ]);
    expect(Object.fromEntries(await Promise.all(answers))).toEqual(ANSWERED_FROM);
  },
);

labTest("the engine linux answers from the address that was asked", async () => {
  await using lab = await createMultihomed();
  await using _server = await serve(lab, "::", ["--engine", "linux"]);
  const addresses = Object.keys(ANSWERED_FROM);
  expect(await Promise.all(addresses.map((address) => answererOf(lab, address)))).toEqual(
    addresses,
  );
  await using _ipv4 = await serve(lab, "0.0.0.0", ["--engine", "linux", "-p", "1061"]);
  expect(await answererOf(lab, "10.77.1.11", ["-p", "1061"])).toBe("10.77.1.11");
});

labTest("a client believes only the address that it asked", async () => {
  await using lab = await createMultihomed();
  await using _server = await serve(lab, "0.0.0.0", ["--engine", "portable"]);
  const argv = [...UDP_ECHO, "client", "10.77.1.11", "--timeout", "300ms"];
  await using client = await lab.host("client").spawn(argv);
  const { code, stderr } = await client.end();
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr:
      "Ignored a reply from 10.77.1.10:1060: not the server I asked\n" +
      "error: No reply came from 10.77.1.11:1060 (ignored 1 from elsewhere)\n",
  });
});

labTest("a server on one address answers from it", async () => {
  await using lab = await createMultihomed();
  await using _ipv4 = await serve(lab, "10.77.1.11");
  await using _ipv6 = await serve(lab, "fd77:1::10");
  expect([await answererOf(lab, "10.77.1.11"), await answererOf(lab, "fd77:1::10")]).toEqual([
    "10.77.1.11",
    "fd77:1::10",
  ]);
});

async function serve(lab: Lab, address: string, options: readonly string[] = []) {
  const { program } = await listening(
    await lab.host("server").spawn([...UDP_ECHO, "server", address, ...options]),
  );
  return program;
}

/** The address that a client hears from which believes anybody. */
async function answererOf(
  lab: Lab,
  address: string,
  options: readonly string[] = [],
): Promise<string> {
  const argv = [...UDP_ECHO, "client", address, "--accept-any", "--json", ...options];
  const { stdout } = await lab.host("client").run(argv);
  const { from } = parse(documentSchemas.reply, JSON.parse(stdout));
  return from.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
}
