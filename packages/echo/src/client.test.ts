import { describe, expect, test } from "bun:test";
import type { DatagramSocket, Endpoint, OpenDatagramSocket } from "@udp/core";
import { nsToMs } from "@udp/core";
import type { SimulatedHosts } from "../test/simulated-hosts.ts";
import {
  CLIENT_ADDRESS,
  createHosts,
  SERVER_ADDRESS,
  STRANGER_ADDRESS,
  sendFrom,
} from "../test/simulated-hosts.ts";
import { socketWithSend } from "../test/socket-with-send.ts";
import type { AskOptions, EchoReply, IgnoredReply } from "./client.ts";
import { askEcho } from "./client.ts";
import { serveEcho } from "./server.ts";

const PAYLOAD = bytes("Is anybody there?");
const ANSWER = "Your data was 17 bytes long";
const SERVER: Endpoint = { address: SERVER_ADDRESS, port: 1060 };

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function text(payload: Uint8Array): string {
  return new TextDecoder().decode(payload);
}

/** Asks the server from the client's host; settles in virtual time. */
function ask(hosts: SimulatedHosts, options: Partial<AskOptions> = {}): Promise<EchoReply> {
  const { client, clock } = hosts;
  const { openSocket } = client;
  return clock.run(
    askEcho({ host: SERVER_ADDRESS, payload: PAYLOAD, openSocket, clock, ...options }),
  );
}

async function serve(hosts: SimulatedHosts): Promise<void> {
  const { openSocket } = hosts.server;
  await serveEcho({ host: SERVER_ADDRESS, openSocket, clock: hosts.clock });
}

/** What the client's own socket is called by the others. */
function reachable(local: Endpoint): Endpoint {
  return { address: CLIENT_ADDRESS, port: local.port };
}

describe("askEcho", () => {
  test("gives the answer, who it came from, and how long it took", async () => {
    const hosts = createHosts();
    await serve(hosts);
    const { payload, local, ...reply } = await ask(hosts);
    expect([text(payload), local.address, reply]).toEqual([
      ANSWER,
      "0.0.0.0",
      {
        server: SERVER,
        from: SERVER,
        rttMs: 10,
        verdictCounts: expect.objectContaining({ accepted: 1, "wrong-address": 0 }),
      },
    ]);
  });

  test("waits on through answers from elsewhere, and says so", async () => {
    const hosts = createHosts();
    await serve(hosts);
    const ignored: IgnoredReply[] = [];
    const { payload, from, verdictCounts } = await ask(hosts, {
      onIgnored: (datagram) => ignored.push(datagram),
      onSent: async ({ local }) => {
        hosts.network.setLink(hosts.stranger, hosts.client, { delayMs: 1 });
        await sendFrom(hosts.stranger, "fine", reachable(local), {
          address: STRANGER_ADDRESS,
          port: 1060,
        });
        hosts.network.setLink(hosts.server, hosts.client, { delayMs: 2 });
        await sendFrom(hosts.server, "fine too", reachable(local), {
          address: SERVER_ADDRESS,
          port: 1061,
        });
      },
    });
    expect({
      answer: text(payload),
      from,
      ignored: ignored.map((datagram) => ({ ...datagram, payload: text(datagram.payload) })),
      verdictCounts,
    }).toEqual({
      answer: ANSWER,
      from: SERVER,
      ignored: [
        {
          from: { address: STRANGER_ADDRESS, port: 1060 },
          payload: "fine",
          verdict: "wrong-address",
        },
        {
          from: { address: SERVER_ADDRESS, port: 1061 },
          payload: "fine too",
          verdict: "wrong-port",
        },
      ],
      verdictCounts: expect.objectContaining({
        accepted: 1,
        "wrong-address": 1,
        "wrong-port": 1,
      }),
    });
  });

  test("believes whoever answers first where it is told to", async () => {
    const hosts = createHosts();
    await serve(hosts);
    hosts.network.setLink(hosts.stranger, hosts.client, { delayMs: 1 });
    const { payload, from, server } = await ask(hosts, {
      acceptAny: true,
      onSent: ({ local }) => sendFrom(hosts.stranger, "fine", reachable(local)),
    });
    expect([text(payload), from.address, server]).toEqual(["fine", STRANGER_ADDRESS, SERVER]);
  });

  test("nobody listens: says so after one round trip", async () => {
    const hosts = createHosts();
    await expect(ask(hosts)).rejects.toMatchObject({
      code: "ECHO_NOT_LISTENING",
      message: "Nothing is listening at 10.77.0.2:1060",
      cause: expect.objectContaining({ code: "UDP_REFUSED" }),
    });
    expect(nsToMs(hosts.clock.nowNs())).toBe(10);
  });

  test("no answer: gives up when the time is over, and not before", async () => {
    const hosts = createHosts();
    await hosts.server.openSocket({ local: SERVER, onDatagram: () => undefined });
    await expect(ask(hosts, { timeoutMs: 1234 })).rejects.toMatchObject({
      code: "ECHO_NO_REPLY",
      message: "No reply came from 10.77.0.2:1060",
    });
    expect(nsToMs(hosts.clock.nowNs())).toBe(1234);
  });

  test("no answer, but others: counts them in the message", async () => {
    const hosts = createHosts();
    await hosts.server.openSocket({ local: SERVER, onDatagram: () => undefined });
    const asked = ask(hosts, {
      onSent: async ({ local }) => {
        await sendFrom(hosts.stranger, "fine", reachable(local));
        await sendFrom(hosts.server, "fine too", reachable(local));
      },
    });
    await expect(asked).rejects.toMatchObject({
      code: "ECHO_NO_REPLY",
      message: "No reply came from 10.77.0.2:1060 (ignored 2 from elsewhere)",
    });
  });

  test("a message other than refusal is passed on as it is", async () => {
    const hosts = createHosts();
    const host = "2001:db8::2";
    const onSent = (): never => expect.unreachable("nothing was sent");
    await expect(ask(hosts, { host, onSent })).rejects.toMatchObject({ code: "UDP_UNREACHABLE" });
  });
});

describe("a signal", () => {
  const reason = new Error("enough");

  test("ends the wait with its reason", async () => {
    const hosts = createHosts();
    await hosts.server.openSocket({ local: SERVER, onDatagram: () => undefined });
    const controller = new AbortController();
    const { signal } = controller;
    const asked = ask(hosts, { signal, onSent: () => controller.abort(reason) });
    await expect(asked).rejects.toBe(reason);
  });

  test("that is aborted already ends it at once", async () => {
    const hosts = createHosts();
    await serve(hosts);
    const asked = ask(hosts, { signal: AbortSignal.abort(reason) });
    await expect(asked).rejects.toBe(reason);
  });
});

describe("the socket", () => {
  test("is closed, however it ends", async () => {
    const hosts = createHosts();
    const opened: DatagramSocket[] = [];
    const openSocket = recording(hosts.client.openSocket, opened);
    await expect(ask(hosts, { openSocket })).rejects.toThrow();
    await serve(hosts);
    await ask(hosts, { openSocket });
    expect(opened.map(({ isClosed }) => isClosed)).toEqual([true, true]);
  });

  test("that is full is asked again when it has room", async () => {
    const hosts = createHosts();
    await serve(hosts);
    let fullCount = 3;
    const openSocket: OpenDatagramSocket = async (options) => {
      const socket = await hosts.client.openSocket(options);
      return socketWithSend(socket, (payload, to) => fullCount-- <= 0 && socket.send(payload, to));
    };
    const { payload } = await ask(hosts, { openSocket });
    expect([text(payload), fullCount]).toEqual([ANSWER, -1]);
  });
});

test.each<[string, Partial<AskOptions>, string]>([
  ["port 0", { port: 0 }, "UDP_BAD_PORT"],
  ["port 65536", { port: 65_536 }, "UDP_BAD_PORT"],
  ["no time to wait", { timeoutMs: 0 }, "UDP_BAD_OPTION"],
  ["time that is no number", { timeoutMs: Number.NaN }, "UDP_BAD_OPTION"],
  ["time without end", { timeoutMs: Number.POSITIVE_INFINITY }, "UDP_BAD_OPTION"],
  ["half an address", { host: "127.1" }, "UDP_BAD_ADDRESS"],
  ["an address of the other family", { family: 6 }, "UDP_BAD_ADDRESS"],
  ["a payload that no datagram holds", { payload: new Uint8Array(65_508) }, "UDP_TOO_LARGE"],
])("%s is refused", async (_title, options, code) => {
  const hosts = createHosts();
  const onSent = (): never => expect.unreachable("nothing was sent");
  await expect(ask(hosts, { ...options, onSent })).rejects.toMatchObject({ code });
});

function recording(open: OpenDatagramSocket, opened: DatagramSocket[]): OpenDatagramSocket {
  return async (options) => {
    const socket = await open(options);
    opened.push(socket);
    return socket;
  };
}
