import { describe, expect, test } from "bun:test";
import { KEY, PseudoTerminal } from "@udp/lab/testing";
import { sendLie, serveLesson } from "../src/index.ts";
import { UDP_ATTACK_SIM } from "./udp-attack-sim.ts";

describe("on a terminal, without arguments", () => {
  test("explains the roles, asks for a client, and shows how it is fooled", async () => {
    await using server = await serveLesson({ port: 0, isStalled: true });
    const port = String(server.local.port);
    await using wizard = new PseudoTerminal(UDP_ATTACK_SIM);
    await wizard.shows("Which role?");
    await wizard.shows("watch a client being fooled");
    wizard.type(KEY.down, KEY.down, KEY.enter);
    await wizard.answer("Host: loopback address of the server");
    await wizard.answer("--port: UDP port", port);
    await wizard.answer("--check: what an answer must have");
    await wizard.answer("More options?");
    await wizard.shows(`The same as: udp-attack-sim client --port ${port}`);
    await wizard.shows("The OS assigned me the address 127.0.0.1:");
    await sendLie({ port: Number.parseInt(await wizard.shows("\r\n"), 10) });
    await wizard.shows('replied "fine"');
    await wizard.shows("fooled:");
    expect([await wizard.exitCode, wizard.isAsBefore]).toEqual([0, true]);
  });

  test("asks for a run, and plays it in memory", async () => {
    await using wizard = new PseudoTerminal(UDP_ATTACK_SIM);
    await wizard.answer("Which role?", ...new Array<string>(4).fill(KEY.down));
    await wizard.answer("--simulate:", "y");
    await wizard.answer("--trials:", "1");
    await wizard.answer("More options?");
    await wizard.shows("The same as: udp-attack-sim run --simulate --trials 1");
    await wizard.shows("All agree with the closed form");
    expect([await wizard.exitCode, wizard.isAsBefore]).toEqual([0, true]);
  });
});
