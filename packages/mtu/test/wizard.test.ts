import { describe, expect, test } from "bun:test";
import { KEY, PseudoTerminal } from "@udp/lab/testing";
import { discoverPathMtu, serveReflector } from "../src/index.ts";
import { UDP_MTU } from "./udp-mtu.ts";

/** Answers a question: waits for it, types, and confirms. */
async function answer(wizard: PseudoTerminal, question: string, ...keys: string[]): Promise<void> {
  await wizard.shows(question);
  wizard.type(...keys, KEY.enter);
}

describe("on a terminal, without arguments", () => {
  test("kernel is the first role; the host is needed", async () => {
    await using wizard = new PseudoTerminal(UDP_MTU);
    await answer(wizard, "Which role?");
    await answer(wizard, "Host: address or name of the far end");
    await answer(wizard, "This is needed.", "127.0.0.1");
    await answer(wizard, "--port: UDP port");
    await answer(wizard, "--size: UDP payload of the datagram", "100000");
    const complaint = "Expected a whole number from 0 to 65536.";
    await answer(wizard, complaint, KEY.erase.repeat(6), "1000");
    await answer(wizard, "More options?");
    await wizard.shows("The same as: udp-mtu kernel 127.0.0.1 --size 1000");
    await wizard.shows("The big datagram was sent!");
    expect([await wizard.exitCode, wizard.isAsBefore]).toEqual([0, true]);
  });

  test("discover", async () => {
    await using reflector = await serveReflector({ port: 0 });
    await using wizard = new PseudoTerminal(UDP_MTU);
    const port = String(reflector.local.port);
    await answer(wizard, "Which role?", KEY.down);
    await answer(wizard, "Host:", "127.0.0.1");
    await answer(wizard, "--port:", port);
    await answer(wizard, "More options?");
    await wizard.shows(`The same as: udp-mtu discover 127.0.0.1 --port ${port}`);
    await wizard.shows("Verdict: clean");
    expect([await wizard.exitCode, wizard.isAsBefore]).toEqual([0, true]);
  });

  test("trace", async () => {
    await using wizard = new PseudoTerminal(UDP_MTU);
    await answer(wizard, "Which role?", KEY.down, KEY.down);
    await answer(wizard, "Host:", "::1");
    await answer(wizard, "--port:");
    await answer(wizard, "--size: an IP packet that may be too large", "1500");
    await answer(wizard, "--max-hops:");
    await answer(wizard, "More options?");
    await wizard.shows("The same as: udp-mtu trace ::1 --size 1500");
    await wizard.shows("Reached ::1 in 1 hop");
    expect([await wizard.exitCode, wizard.isAsBefore]).toEqual([0, true]);
  });

  test("reflector", async () => {
    await using wizard = new PseudoTerminal(UDP_MTU);
    await answer(wizard, "Which role?", KEY.down, KEY.down, KEY.down);
    await answer(wizard, "Host: address to listen at");
    await answer(wizard, "--port:", "0");
    await answer(wizard, "--budget:", "0");
    await answer(wizard, "More options?");
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
