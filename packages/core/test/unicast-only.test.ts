import { describe, expect, test } from "bun:test";
import { heardDestinations } from "./unicast-only/heard-destinations.ts";

const isRequired = Bun.env.LAB === "required";

/** Why this host cannot make a network namespace, if it cannot. */
function obstacle(): string | undefined {
  if (process.platform !== "linux") return "Linux only";
  if (process.getuid?.() !== 0) return "needs root";
  const missing = ["unshare", "ip"].find((command) => Bun.which(command) === null);
  if (missing !== undefined) return `needs the command ${missing}`;
  const { success } = Bun.spawnSync(["unshare", "-n", "ip", "link", "set", "lo", "up"]);
  return success ? undefined : "not allowed to make a network namespace";
}

/** Skips, with the reason in the name, unless every test is required to run. */
function testUnless(reason: string | undefined, name: string, body: () => Promise<void>): void {
  const isSkipped = reason !== undefined && !isRequired;
  test.skipIf(isSkipped)(isSkipped ? `${name} (skipped: ${reason})` : name, body);
}

describe("a server on all addresses", () => {
  const broadcast = {
    wildcard: "0.0.0.0",
    unicast: "127.0.0.1",
    sends: [["127.0.0.1", "127.255.255.255"]],
  } as const;

  testUnless(
    process.platform === "linux" ? undefined : "Linux only",
    "hears broadcasts on the loopback, and with `unicastOnly` none",
    async () => {
      const any = await heardDestinations(broadcast, false);
      const unicastOnly = await heardDestinations(broadcast, true);
      expect({ any, unicastOnly }).toEqual({
        any: ["127.255.255.255", "127.0.0.1"],
        unicastOnly: ["127.0.0.1"],
      });
    },
  );

  testUnless(
    obstacle(),
    "hears groups and broadcasts of its networks, and with `unicastOnly` none",
    async () => {
      const program = Bun.fileURLToPath(import.meta.resolve("./unicast-only/namespace.ts"));
      const { stdout } = Bun.spawn(["unshare", "-n", process.execPath, program]);
      expect(await stdout.json()).toEqual({
        any: [
          "224.0.0.1",
          "127.255.255.255",
          "10.77.0.255",
          "255.255.255.255",
          "10.77.0.1",
          "127.0.0.1",
          "ff02::1%left",
          "fe80::1%left",
          "::1",
        ],
        unicastOnly: ["10.77.0.1", "127.0.0.1", "fe80::1%left", "::1"],
      });
    },
  );
});
