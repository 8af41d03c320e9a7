import { describe, expect, test } from "bun:test";
import { KEY, PseudoTerminal } from "@udp/lab/testing";
import { discoverPathMtu, serveReflector } from "../src/index.ts";
import { UDP_MTU } from "./udp-mtu.ts";

describe("on a terminal, without arguments", () => {
  test("kernel is the first role; the host is needed", async () => {
    await using wizard = new PseudoTerminal(UDP_MTU);
    await wizard.answer("Which role?");
    await wizard.answer("Host: address or name of the far end");
    await wizard.answer("This is needed.", "127.0.0.1");
    await wizard.answer("--port: UDP port");
    await wizard.answer("--size: UDP payload of the datagram", "100000");
    const complaint = "Expected a whole number from 0 to 65536.";
    await wizard.answer(complaint, KEY.erase.repeat(6), "1000");
    await wizard.answer("More options?");
    await wizard.shows("The same as: udp-mtu kernel 127.0.0.1 --size 1000");
    await wizard.shows("The big datagram was sent!");
    expect([await wizard.exitCode, wizard.isAsBefore]).toEqual([0, true]);
  });

  test("discover", async () => {
    await using reflector = await serveReflector({ port: 0 });
    await using wizard = new PseudoTerminal(UDP_MTU);
    const port = String(reflector.local.port);
    await wizard.answer("Which role?", KEY.down);
    await wizard.answer("Host:", "127.0.0.1");
    await wizard.answer("--port:", port);
    await wizard.answer("More options?");
    await wizard.shows(`The same as: udp-mtu discover 127.0.0.1 --port ${port}`);
    await wizard.shows("Verdict: clean");
    expect([await wizard.exitCode, wizard.isAsBefore]).toEqual([0, true]);
  });

  test("trace", async () => {
    await using wizard = new PseudoTerminal(UDP_MTU);
    await wizard.answer("Which role?", KEY.down, KEY.down);
    await wizard.answer("Host:", "::1");
    await wizard.answer("--port:");
    await wizard.answer("--size: an IP packet that may be too large", "1500");
    await wizard.answer("--max-hops:");
    await wizard.answer("More options?");
    await wizard.shows("The same as: udp-mtu trace ::1 --size 1500");
    await wizard.shows("Reached ::1 in 1 hop");
    expect([await wizard.exitCode, wizard.isAsBefore]).toEqual([0, true]);
  });

  test("reflector", async () => {
    await using wizard = new PseudoTerminal(UDP_MTU);
    await wizard.answer("Which role?", KEY.down, KEY.down, KEY.down);
    await wizard.answer("Host: address to listen at");
    await wizard.answer("--port:", "0");
    await wizard.answer("--budget:", "0");
    await wizard.answer("More options?");
    await wizard.shows("The same as: udp-mtu reflector --port 0 --budget 0");
    await wizard.shows("Listening at 127.0.0.1:");
    const port = Number.parseInt(await wizard.shows("\r\n"), 10);
    const { farEnd } = await discoverPathMtu({ host: "127.0.0.1", port });
    wizard.type(KEY.interrupt);
    await wizard.shows("Received ");
    expect([farEnd, await wizard.exitCode, wizard.isAsBefore]).toEqual(["reflector", 0, true]);
  });

  test("Ctrl-C: exit 130, and the terminal is as before", async () => {
    await using wizard = new PseudoTerminal(UDP_MTU);
    await wizard.shows("Which role?");
    wizard.type(KEY.interrupt);
    await wizard.shows("Nothing was done.");
    expect([await wizard.exitCode, wizard.isAsBefore]).toEqual([130, true]);
  });
});
