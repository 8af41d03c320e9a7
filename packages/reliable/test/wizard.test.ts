import { describe, expect, test } from "bun:test";
import { KEY, PseudoTerminal } from "@udp/lab/testing";
import { createRequester, serveRequests } from "../src/index.ts";
import { UDP_RELIABLE } from "./udp-reliable.ts";

describe("on a terminal, without arguments", () => {
  test("asks for a server, and serves", async () => {
    await using wizard = new PseudoTerminal(UDP_RELIABLE);
    await wizard.answer("Which role?");
    await wizard.answer("Interface: address to listen at");
    await wizard.answer("This is needed.", "127.0.0.1");
    await wizard.answer("--port: UDP port", "0");
    await wizard.answer("--drop: part of what arrives", "2");
    const complaint = "Expected a number from 0 to 1, such as 0.05.";
    await wizard.answer(complaint, KEY.erase, "0");
    await wizard.answer("More options?");
    await wizard.shows("The same as: udp-reliable server 127.0.0.1 --port 0 --drop 0");
    await wizard.shows("Listening at 127.0.0.1:");
    const port = Number.parseInt(await wizard.shows("\r\n"), 10);
    await using requester = await createRequester({ host: "127.0.0.1", port });
    const { payload } = await requester.request(new TextEncoder().encode("hello"));
    expect(new TextDecoder().decode(payload)).toBe("Your data was 5 bytes long");
    await wizard.shows('says "hello"');
    wizard.type(KEY.interrupt);
    await wizard.shows("Carried out 1 request");
    expect([await wizard.exitCode, wizard.isAsBefore]).toEqual([0, true]);
  });

  test("asks for a client, and its schedule where that is wished", async () => {
    await using server = await serveRequests(({ payload }) => payload, { port: 0 });
    await using wizard = new PseudoTerminal(UDP_RELIABLE);
    const port = String(server.local.port);
    await wizard.answer("Which role?", KEY.down);
    await wizard.answer("Host: address or name of the server", "127.0.0.1");
    await wizard.answer("--port: UDP port", port);
    await wizard.answer("--message: what to send", "it's me");
    await wizard.answer("--plain: ask without frames");
    await wizard.answer("--preset: when to ask again", KEY.down);
    await wizard.answer("More options?", "y");
    await wizard.answer("--initial:", "5s");
    await wizard.answer("--factor:");
    await wizard.answer("--max:");
    await wizard.answer("--attempts:");
    await wizard.answer("--backoff-jitter:");
    await wizard.answer("--keep-trying:");
    await wizard.answer("--key-file:");
    await wizard.answer("--ipv4:");
    await wizard.answer("--ipv6:");
    await wizard.answer("--json:");
    await wizard.answer("--quiet:");
    await wizard.answer("--color:");
    await wizard.shows(
      `The same as: udp-reliable client 127.0.0.1 --port ${port} --message 'it'\\''s me' --preset coap --initial 5s`,
    );
    await wizard.shows("Client socket name is 127.0.0.1:");
    await wizard.shows('The server says "it\'s me" (1 try, ');
    expect([await wizard.exitCode, wizard.isAsBefore]).toEqual([0, true]);
  });

  test("asks for a simulation", async () => {
    await using wizard = new PseudoTerminal(UDP_RELIABLE);
    await wizard.answer("Which role?", KEY.down, KEY.down);
    await wizard.answer("--requests: how many", "100");
    await wizard.answer("--loss: part that the link loses", "0.1");
    await wizard.answer("--delay: one-way delay");
    await wizard.answer("More options?");
    await wizard.shows("The same as: udp-reliable simulate --requests 100 --loss 0.1");
    await wizard.shows("Each way the link loses 10 %");
    await wizard.shows("Answered within, of all requests:");
    expect([await wizard.exitCode, wizard.isAsBefore]).toEqual([0, true]);
  });

  test("Ctrl-C: exit 130, and the terminal is as before", async () => {
    await using wizard = new PseudoTerminal(UDP_RELIABLE);
    await wizard.shows("Which role?");
    wizard.type(KEY.interrupt);
    await wizard.shows("Nothing was done.");
    expect([await wizard.exitCode, wizard.isAsBefore]).toEqual([130, true]);
  });
});
