import { describe, expect, test } from "bun:test";
import type { Clock, DatagramSocket, Endpoint, OpenDatagramSocket } from "@udp/core";
import { msToNs, nsToMs, UdpError } from "@udp/core";
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

  test("an answer that a busy program sees after its deadline is not believed", async () => {
    const hosts = createHosts();
    await serve(hosts);
    const { clock } = hosts;
    // The timer of the deadline comes to its turn only behind the answer.
    const busy: Clock = {
      nowNs: () => clock.nowNs(),
      at: (timeNs, run) => clock.at(timeNs + msToNs(50), run),
    };
    const verdicts: string[] = [];
    const asked = ask(hosts, {
      clock: busy,
      timeoutMs: 9,
      onIgnored: ({ from, verdict }) => verdicts.push(`${from.address} ${verdict}`),
    });
    await expect(asked).rejects.toMatchObject({ code: "ECHO_NO_REPLY" });
    expect(verdicts).toEqual([`${SERVER_ADDRESS} late`]);
  });

  test("there is no way to the server: says so at once", async () => {
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

  test("that is aborted while the socket opens: nothing is sent", async () => {
    const hosts = createHosts();
    const controller = new AbortController();
    const openSocket: OpenDatagramSocket = async (options) => {
      const opening = hosts.client.openSocket(options);
      controller.abort(reason);
      return socketWithSend(await opening, () => expect.unreachable("something was sent"));
    };
    const asked = ask(hosts, { openSocket, signal: controller.signal });
    await expect(asked).rejects.toBe(reason);
  });

  test.each([SERVER_ADDRESS, "server.example", "127.1"])(
    "that is aborted already: nobody is looked up or asked at %s",
    async (host) => {
      const hosts = createHosts();
      const asked = ask(hosts, {
        host,
        signal: AbortSignal.abort(reason),
        lookUpName: () => expect.unreachable("a name was looked up"),
        openSocket: () => expect.unreachable("a socket was opened"),
      });
      await expect(asked).rejects.toBe(reason);
    },
  );
});

describe("what the network says of a request that may pass", () => {
  const unreachable = new UdpError(
    "UDP_UNREACHABLE",
    "there is no way to 10.77.0.2:1060 from here",
  );

  /** The client's socket, but that the network complains as soon as it is open. */
  function complaining(hosts: SimulatedHosts): OpenDatagramSocket {
    return async (options) => {
      const socket = await hosts.client.openSocket(options);
      hosts.clock.at(msToNs(1), () => options.onError?.(unreachable));
      return socket;
    };
  }

  test("does not end the wait", async () => {
    const hosts = createHosts();
    await serve(hosts);
    const { payload, rttMs } = await ask(hosts, { openSocket: complaining(hosts) });
    expect([text(payload), rttMs]).toEqual([ANSWER, 10]);
  });

  test("explains a silence", async () => {
    const hosts = createHosts();
    await hosts.server.openSocket({ local: SERVER, onDatagram: () => undefined });
    const asked = ask(hosts, { openSocket: complaining(hosts), timeoutMs: 1234 });
    await expect(asked).rejects.toMatchObject({
      code: "ECHO_NO_REPLY",
      message: "No reply came from 10.77.0.2:1060: there is no way to 10.77.0.2:1060 from here",
      cause: unreachable,
    });
    expect(nsToMs(hosts.clock.nowNs())).toBe(1234);
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
  ["less than a microsecond to wait", { timeoutMs: 0.0005 }, "UDP_BAD_OPTION"],
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

test.each([
  "0.0.0.0",
  "::",
  "224.0.0.1",
  "ff02::1%1",
  "255.255.255.255",
  "::ffff:0.0.0.0",
  "::ffff:224.0.0.1",
  "several.example",
])("%s is not the address of one host: nothing is opened or sent", async (host) => {
  const asked = ask(createHosts(), {
    host,
    lookUpName: async () => ["224.0.0.251"],
    openSocket: () => expect.unreachable("a socket was opened"),
  });
  await expect(asked).rejects.toMatchObject({ code: "UDP_BAD_HOST" });
});

function recording(open: OpenDatagramSocket, opened: DatagramSocket[]): OpenDatagramSocket {
  return async (options) => {
    const socket = await open(options);
    opened.push(socket);
    return socket;
  };
}
