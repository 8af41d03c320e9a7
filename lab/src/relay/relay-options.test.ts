import { describe, expect, test } from "bun:test";
import type { Endpoint } from "@udp/core";
import { openBunSocket, systemClock } from "@udp/core";
import { relaySettings } from "./relay-options.ts";

const target: Endpoint = { address: "127.0.0.1", port: 1060 };

describe("the settings of a relay", () => {
  test("have a default for everything but the target", () => {
    expect(relaySettings({ target })).toEqual({
      target,
      local: { address: "127.0.0.1", port: 0 },
      link: {},
      openSocket: openBunSocket,
      clock: systemClock,
    });
  });

  test.each([
    ["::1", "::1", "::1"],
    ["0:0::1", "::1", "::1"],
    ["127.0.77.1", "127.0.77.1", "127.0.0.1"],
    ["::ffff:127.0.0.1", "127.0.0.1", "127.0.0.1"],
  ])("a target at %s is reached by its family", (address, canonical, local) => {
    expect(relaySettings({ target: { address, port: 7 } })).toMatchObject({
      target: { address: canonical, port: 7 },
      local: { address: local, port: 0 },
    });
  });

  test.each([
    ["UDP_BAD_OPTION", "a target on another host", { target: { address: "10.77.0.1", port: 7 } }],
    ["UDP_BAD_OPTION", "no address of one host", { target: { address: "0.0.0.0", port: 7 } }],
    ["UDP_BAD_OPTION", "to be reached from outside", { target, local: { address: "::", port: 0 } }],
    ["UDP_BAD_OPTION", "to be its own target", { target, local: target }],
    ["UDP_BAD_ADDRESS", "a name", { target: { address: "localhost", port: 7 } }],
    ["UDP_BAD_PORT", "a target without a port", { target: { ...target, port: 0 } }],
    ["UDP_BAD_PORT", "a port too high", { target, local: { ...target, port: 65_536 } }],
  ])("%s: %s", (code, _title, options) => {
    expect(() => relaySettings(options)).toThrow(expect.objectContaining({ code }));
  });

  test("say what was expected and what came", () => {
    expect(() => relaySettings({ target: { address: "fd77::1", port: 7 } })).toThrow(
      "target: expected a loopback address, such as 127.0.0.1 or ::1; got [fd77::1]:7",
    );
  });
});
