import { describe, expect, test } from "bun:test";
import type { DatagramSocket, Endpoint, OpenDatagramSocket } from "@udp/core";
import { UdpError } from "@udp/core";
import type { SimulatedHosts } from "../test/simulated-hosts.ts";
import { CLIENT_ADDRESS, createHosts, SERVER_ADDRESS, sendFrom } from "../test/simulated-hosts.ts";
import { socketWithSend } from "../test/socket-with-send.ts";
import type { EchoRequest, EchoServer, ServeOptions } from "./server.ts";
import { serveEcho } from "./server.ts";

const SERVER: Endpoint = { address: SERVER_ADDRESS, port: 1060 };
const CLIENT: Endpoint = { address: CLIENT_ADDRESS, port: 40_831 };

function serve(hosts: SimulatedHosts, options: ServeOptions = {}): Promise<EchoServer> {
  const { openSocket } = hosts.server;
  return serveEcho({ host: SERVER_ADDRESS, openSocket, clock: hosts.clock, ...options });
}

/** A server whose socket sends as it is told; one datagram has come. */
async function serveOne(send: DatagramSocket["send"]): Promise<EchoServer> {
  const hosts = createHosts();
  const requests: EchoRequest[] = [];
  const openSocket: OpenDatagramSocket = ({ onDatagram, ...options }) =>
    hosts.server.openSocket({
      ...options,
      onDatagram: (payload, from, socket) => {
        onDatagram(payload, from, socketWithSend(socket, send));
      },
    });
  const server = await serve(hosts, { openSocket, onRequest: (event) => requests.push(event) });
  await sendFrom(hosts.client, "hello", SERVER, CLIENT);
  await hosts.clock.runUntil(() => requests.length > 0);
  return server;
}

describe("serveEcho", () => {
  test("tells of each datagram after it was dealt with", async () => {
    const hosts = createHosts();
    const requests: unknown[] = [];
    const server = await serve(hosts, {
      onRequest: ({ from, payload, refusal }) =>
        requests.push([
          from,
          new TextDecoder().decode(payload),
          refusal,
          server.counters.repliedCount,
        ]),
    });
    await sendFrom(hosts.client, "hello", SERVER, CLIENT);
    await sendFrom(hosts.client, "Your data was 5 bytes long", SERVER, CLIENT);
    await sendFrom(hosts.client, "hello", SERVER, { ...CLIENT, port: 53 });
    await hosts.clock.runUntil(() => requests.length === 3);
    expect(requests).toEqual([
      [CLIENT, "hello", undefined, 1],
      [CLIENT, "Your data was 5 bytes long", "own-reply", 1],
      [{ ...CLIENT, port: 53 }, "hello", "source-port", 1],
    ]);
  });

  test("knows the port that the system chose for its own", async () => {
    const hosts = createHosts();
    const refusals: unknown[] = [];
    const server = await serve(hosts, {
      port: 0,
      onRequest: ({ refusal }) => refusals.push(refusal),
    });
    await sendFrom(hosts.client, "hello", server.local, { ...CLIENT, port: server.local.port });
    await hosts.clock.runUntil(() => refusals.length > 0);
    expect(refusals).toEqual(["source-port"]);
  });

  test("an echo server answers what looks like the answer of the other mode", async () => {
    const hosts = createHosts();
    const refusals: unknown[] = [];
    await serve(hosts, { reply: "echo", onRequest: ({ refusal }) => refusals.push(refusal) });
    await sendFrom(hosts.client, "Your data was 5 bytes long", SERVER, CLIENT);
    await hosts.clock.runUntil(() => refusals.length > 0);
    expect(refusals).toEqual([undefined]);
  });

  test("a signal closes it", async () => {
    const hosts = createHosts();
    const controller = new AbortController();
    await serve(hosts, { signal: controller.signal });
    await expect(serve(hosts)).rejects.toMatchObject({ code: "UDP_ADDRESS_IN_USE" });
    controller.abort();
    await using again = await serve(hosts);
    expect(again.local).toEqual(SERVER);
  });
});

test("a signal that is aborted already: nothing is looked up or opened", async () => {
  const reason = new Error("enough");
  const served = serve(createHosts(), {
    host: "server.example",
    signal: AbortSignal.abort(reason),
    lookUpName: () => expect.unreachable("a name was looked up"),
    openSocket: () => expect.unreachable("a socket was opened"),
  });
  await expect(served).rejects.toBe(reason);
});

describe("a reply that the system does not take", () => {
  test("is counted: no room", async () => {
    const { counters } = await serveOne(() => false);
    expect(counters).toMatchObject({ receivedCount: 1, repliedCount: 0, unsentCount: 1 });
  });

  test("is counted: no way to the client", async () => {
    const { counters } = await serveOne(() => {
      throw new UdpError("UDP_UNREACHABLE", "there is no way");
    });
    expect(counters).toMatchObject({ receivedCount: 1, repliedCount: 0, unsentCount: 1 });
  });

  test("for a reason that is no socket's is a mistake of the program", async () => {
    const mistake = new TypeError("not a function");
    const served = serveOne(() => {
      throw mistake;
    });
    await expect(served).rejects.toBe(mistake);
  });
});

test.each<[string, ServeOptions, string]>([
  ["port -1", { port: -1 }, "UDP_BAD_PORT"],
  ["port 65536", { port: 65_536 }, "UDP_BAD_PORT"],
  ["port 1.5", { port: 1.5 }, "UDP_BAD_PORT"],
  ["a multicast address", { host: "224.0.0.1" }, "UDP_BAD_HOST"],
  ["an IPv6 multicast address", { host: "ff02::1" }, "UDP_BAD_HOST"],
  ["the broadcast address", { host: "255.255.255.255" }, "UDP_BAD_HOST"],
  ["half an address", { host: "127.1" }, "UDP_BAD_ADDRESS"],
  ["an address of another host", { host: "192.0.2.1" }, "UDP_ADDRESS_NOT_AVAILABLE"],
  ["an address of the other family", { family: 6 }, "UDP_BAD_ADDRESS"],
  ["no rate", { ratePerSource: 0 }, "UDP_BAD_OPTION"],
  ["a rate that is no number", { rateTotal: Number.NaN }, "UDP_BAD_OPTION"],
  ["an endless rate", { rateTotal: Number.POSITIVE_INFINITY }, "UDP_BAD_OPTION"],
  ["source port 0", { allowedSourcePorts: [53, 0] }, "UDP_BAD_PORT"],
])("%s is refused", async (_title, options, code) => {
  await expect(serve(createHosts(), options)).rejects.toMatchObject({ code });
});

test("a mode of reply that there is not is refused, from JavaScript too", async () => {
  const options = JSON.parse('{ "reply": "shout" }');
  await expect(serve(createHosts(), options)).rejects.toMatchObject({
    code: "UDP_BAD_OPTION",
    message: "reply: expected one of length, echo, stamp; got shout",
  });
});

test("a signal that is aborted while the name is looked up ends the start", async () => {
  const stop = new AbortController();
  const starting = serveEcho({
    host: "slow.example",
    signal: stop.signal,
    lookUpName: () => new Promise(() => undefined),
  });
  const reason = new Error("enough");
  stop.abort(reason);
  expect(await starting.catch((error: unknown) => error)).toBe(reason);
});
