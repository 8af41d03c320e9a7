import { describe, expect } from "bun:test";
import { namespaceObstacle, runInNamespace, testUnless } from "./network-namespace.ts";
import { heardDestinations } from "./unicast-only/heard-destinations.ts";
import { heardUnderFlood } from "./unicast-only/heard-under-flood.ts";

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
    process.platform === "linux" ? undefined : "Linux only",
    "opened while a flood of broadcasts is under way delivers none of it",
    async () => {
      expect(await heardUnderFlood(30)).toEqual(["unicast"]);
    },
  );

  testUnless(
    namespaceObstacle(),
    "hears groups and broadcasts of its networks, and with `unicastOnly` none",
    async () => {
      const program = import.meta.resolve("./unicast-only/namespace.ts");
      expect(await runInNamespace(program)).toEqual({
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
