import { describe, expect, test } from "bun:test";
import { KEY, PseudoTerminal } from "@udp/lab/testing";
import { startServer, UDP_BROADCAST } from "./udp-broadcast.ts";

describe("on a terminal, without arguments", () => {
  test("asks for a server, and listens", async () => {
    await using wizard = new PseudoTerminal(UDP_BROADCAST);
    await wizard.answer("Which role?");
    await wizard.answer("Interface: address to listen at");
    await wizard.answer("--port: UDP port", "0");
    await wizard.answer("--answer: ");
    await wizard.answer("More options?");
    await wizard.shows("The same as: udp-broadcast server --port 0");
    await wizard.shows("Listening for datagrams at 0.0.0.0:");
    wizard.type(KEY.interrupt);
    await wizard.shows("Received 0 datagrams");
    expect([await wizard.exitCode, wizard.isAsBefore]).toEqual([0, true]);
  });

  test("asks for a client, and sends", async () => {
    await using server = await startServer();
    await using wizard = new PseudoTerminal(UDP_BROADCAST);
    const port = String(server.local.port);
    await wizard.answer("Which role?", KEY.down);
    await wizard.answer("Network: ", "127.255.255.255");
    await wizard.answer("--port: UDP port", port);
    await wizard.answer("--message: what to send", "hello");
    await wizard.answer("More options?");
    await wizard.shows(
      `The same as: udp-broadcast client 127.255.255.255 --port ${port} --message hello`,
    );
    await wizard.shows(`to 127.255.255.255:${port} out of lo`);
    expect([await wizard.exitCode, wizard.isAsBefore]).toEqual([0, true]);
    expect(await server.program.nextLine()).toContain('says: "hello"');
  });

  test("asks whom to discover, and shows who answers", async () => {
    await using server = await startServer(["127.0.0.1", "--answer", "--name", "desk"]);
    const port = String(server.local.port);
    await using wizard = new PseudoTerminal(UDP_BROADCAST);
    await wizard.answer("Which role?", KEY.down, KEY.down);
    await wizard.answer("Network: ", "127.0.0.1");
    await wizard.answer("--method: ");
    await wizard.answer("--port: UDP port", port);
    await wizard.answer("--wait: ", "500ms");
    await wizard.answer("--watch: ");
    await wizard.answer("More options?");
    await wizard.shows(`The same as: udp-broadcast discover 127.0.0.1 --port ${port} --wait 500ms`);
    await wizard.shows('"desk"');
    await wizard.shows("1 responder; asked 1 time");
    expect([await wizard.exitCode, wizard.isAsBefore]).toEqual([0, true]);
  });

  test("asks for the interfaces, and shows them", async () => {
    await using wizard = new PseudoTerminal(UDP_BROADCAST);
    await wizard.answer("Which role?", KEY.down, KEY.down, KEY.down, KEY.down);
    await wizard.answer("More options?");
    await wizard.shows("The same as: udp-broadcast interfaces");
    await wizard.shows("127.0.0.1/8");
    expect([await wizard.exitCode, wizard.isAsBefore]).toEqual([0, true]);
  });
});
