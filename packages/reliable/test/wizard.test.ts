import { describe, expect, test } from "bun:test";
import { KEY, PseudoTerminal } from "@udp/lab/testing";
import { createRequester, serveRequests } from "../src/index.ts";
import { UDP_RELIABLE } from "./udp-reliable.ts";

/** Answers a question: waits for it, types, and confirms. */
async function answer(wizard: PseudoTerminal, question: string, ...keys: string[]): Promise<void> {
  await wizard.shows(question);
  wizard.type(...keys, KEY.enter);
}

describe("on a terminal, without arguments", () => {
  test("asks for a server, and serves", async () => {
    await using wizard = new PseudoTerminal(UDP_RELIABLE);
    await answer(wizard, "Which role?");
    await answer(wizard, "Interface: address to listen at");
    await answer(wizard, "This is needed.", "127.0.0.1");
    await answer(wizard, "--port: UDP port", "0");
    await answer(wizard, "--drop: part of what arrives", "2");
    const complaint = "Expected a number from 0 to 1, such as 0.05.";
    await answer(wizard, complaint, KEY.erase, "0");
    await answer(wizard, "More options?");
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
    await answer(wizard, "Which role?", KEY.down);
    await answer(wizard, "Host: address or name of the server", "127.0.0.1");
    await answer(wizard, "--port: UDP port", port);
    await answer(wizard, "--message: what to send", "it's me");
    await answer(wizard, "--plain: ask without frames");
    await answer(wizard, "--preset: when to ask again", KEY.down);
    await answer(wizard, "More options?", "y");
    await answer(wizard, "--initial:", "5s");
    await answer(wizard, "--factor:");
    await answer(wizard, "--max:");
    await answer(wizard, "--attempts:");
    await answer(wizard, "--backoff-jitter:");
    await answer(wizard, "--keep-trying:");
    await answer(wizard, "--key-file:");
    await answer(wizard, "--ipv4:");
    await answer(wizard, "--ipv6:");
    await answer(wizard, "--json:");
    await answer(wizard, "--quiet:");
    await answer(wizard, "--color:");
    await wizard.shows(
      `The same as: udp-reliable client 127.0.0.1 --port ${port} --message 'it'\\''s me' --preset coap --initial 5s`,
    );
    await wizard.shows("Client socket name is 127.0.0.1:");
    await wizard.shows('The server says "it\'s me" (1 try, ');
    expect([await wizard.exitCode, wizard.isAsBefore]).toEqual([0, true]);
  });

  test("asks for a simulation", async () => {
    await using wizard = new PseudoTerminal(UDP_RELIABLE);
    await answer(wizard, "Which role?", KEY.down, KEY.down);
    await answer(wizard, "--requests: how many", "100");
    await answer(wizard, "--loss: part that the link loses", "0.1");
    await answer(wizard, "--delay: one-way delay");
    await answer(wizard, "More options?");
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
