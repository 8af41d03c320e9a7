import { expect } from "bun:test";
import type { Lab } from "@udp/lab";
import { createPath } from "@udp/lab";
import { labTest } from "@udp/lab/testing";

const SERVER = Bun.fileURLToPath(import.meta.resolve("./reflector/server.ts"));
const CLIENT = Bun.fileURLToPath(import.meta.resolve("./reflector/client.ts"));

/** The reflector's own link takes 1500 bytes, the next one 1400. */
const SIZES = [1280, 1400, 1401, 1500, 1501];

/** The second round comes when the reflector's kernel has learned of the 1400 bytes. */
const FATES = [
  ["came", "came", "lost", "lost", "too-large"],
  ["came", "came", "lost", "lost", "too-large"],
];

const LISTENING: readonly (readonly [string, string, "ipv4" | "ipv6"])[] = [
  ["IPv4", "0.0.0.0", "ipv4"],
  ["IPv6", "::", "ipv6"],
  ["IPv4 of a socket for both families", "::", "ipv4"],
];

for (const [title, listen, ask] of LISTENING) {
  labTest(
    `over ${title}: sized datagrams are never cut, whatever the kernel has learned`,
    async () => {
      await using lab = await createPath({ mtus: [1500, 1400] });
      expect(await fates(lab, listen, ask)).toEqual(FATES);
    },
  );
}

async function fates(lab: Lab, listen: string, ask: "ipv4" | "ipv6"): Promise<unknown> {
  const reflector = lab.host("h1");
  await using server = await reflector.spawn([process.execPath, SERVER, listen]);
  const port = await server.nextLine();
  const argv = [process.execPath, CLIENT, reflector[ask], port, "2", ...SIZES.map(String)];
  const { stdout } = await lab.host("h2").run(argv);
  return JSON.parse(stdout);
}
