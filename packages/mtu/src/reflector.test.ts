import { describe, expect, test } from "bun:test";
import type { DatagramSocket, Endpoint, OpenDatagramSocket } from "@udp/core";
import { UdpError } from "@udp/core";
import type { ReflectorHosts } from "../test/reflector-hosts.ts";
import { createHosts, FrameClient, REFLECTOR_ADDRESS } from "../test/reflector-hosts.ts";
import type { Frame } from "./frame.ts";
import { COOKIE_BYTES, encodeFrame } from "./frame.ts";
import type { Reflector, ReflectorOptions, ReflectorRequest } from "./reflector.ts";
import { serveReflector } from "./reflector.ts";

const REFLECTOR: Endpoint = { address: REFLECTOR_ADDRESS, port: 1060 };
const NONCE = 7n;
const PROBE: Frame = { type: "probe", nonce: NONCE, payloadBytes: 1472 };

function serve(hosts: ReflectorHosts, options: ReflectorOptions = {}): Promise<Reflector> {
  const { openSocket } = hosts.reflector;
  return serveReflector({ host: REFLECTOR_ADDRESS, openSocket, clock: hosts.clock, ...options });
}

/** A socket that sends, but as it is told where the payload is longer than 100 bytes. */
function limited(hosts: ReflectorHosts, sendLong: () => boolean): OpenDatagramSocket {
  return ({ onDatagram, ...options }) =>
    hosts.reflector.openSocket({
      ...options,
      onDatagram: (payload, from, socket) => onDatagram(payload, from, withLimit(socket, sendLong)),
    });
}

function withLimit(socket: DatagramSocket, sendLong: () => boolean): DatagramSocket {
  const send: DatagramSocket["send"] = (payload, to) =>
    payload.byteLength > 100 ? sendLong() : socket.send(payload, to);
  return Object.assign(Object.create(socket), { send });
}

/** What comes back for a cookie, and then for a sized request with it. */
async function askSized(hosts: ReflectorHosts, payloadBytes: number): Promise<Frame | undefined> {
  const client = await new FrameClient(REFLECTOR).open(hosts.client);
  client.send({ type: "cookie-request", nonce: NONCE });
  await hosts.clock.runUntil(() => client.arrivals.length === 1);
  const [first] = client.arrivals;
  const cookie = first?.type === "cookie" ? first.cookie : new Uint8Array(COOKIE_BYTES);
  client.send({ type: "sized-request", nonce: NONCE, payloadBytes, cookie });
  await hosts.clock.advanceBy(1_000_000_000);
  return client.arrivals[1];
}

describe("serveReflector", () => {
  test("answers, and tells of each datagram after it was dealt with", async () => {
    const hosts = createHosts();
    const requests: Omit<ReflectorRequest, "from">[] = [];
    const reflector = await serve(hosts, {
      onRequest: ({ from: _from, ...request }) => requests.push(request),
    });
    const client = await new FrameClient(REFLECTOR).open(hosts.client);
    const answer: Frame = { type: "acknowledgement", nonce: NONCE, payloadBytes: 1472 };
    client.send(PROBE);
    client.send(answer);
    await hosts.clock.runUntil(() => requests.length === 2 && client.arrivals.length === 1);
    expect({ requests, arrivals: client.arrivals, local: reflector.local }).toEqual({
      requests: [
        { payload: encodeFrame(PROBE), answer: "acknowledgement", ignored: undefined },
        { payload: encodeFrame(answer), answer: undefined, ignored: "own-reply" },
      ],
      arrivals: [answer],
      local: REFLECTOR,
    });
    expect(reflector.counters).toMatchObject({ receivedCount: 2, sent: { acknowledgement: 1 } });
  });

  test("asks for a socket that hears unicast only and sends datagrams whole", async () => {
    const hosts = createHosts();
    const asked = Promise.withResolvers<unknown>();
    await serve(hosts, {
      openSocket: (options) => {
        asked.resolve(options);
        return hosts.reflector.openSocket(options);
      },
    });
    expect(await asked.promise).toMatchObject({ unicastOnly: true, mtuDiscovery: "probe" });
  });

  test("sends a sized datagram", async () => {
    const hosts = createHosts();
    const { counters } = await serve(hosts);
    expect(await askSized(hosts, 1472)).toEqual({
      type: "sized-datagram",
      nonce: NONCE,
      payloadBytes: 1472,
    });
    expect(counters).toMatchObject({
      sent: { cookie: 1, "sized-datagram": 1 },
      sizedPayloadBytes: 1472,
    });
  });

  test("keeps the budget it is given", async () => {
    const hosts = createHosts();
    await serve(hosts, { budgetBytes: 0 });
    expect(await askSized(hosts, 40)).toMatchObject({ type: "refusal", reason: "budget" });
  });

  test("says so where the host takes no datagram of the size", async () => {
    const hosts = createHosts();
    const openSocket = limited(hosts, () => {
      throw new UdpError("UDP_TOO_LARGE", "larger than the interface");
    });
    const { counters } = await serve(hosts, { openSocket });
    expect(await askSized(hosts, 1472)).toEqual({
      type: "refusal",
      nonce: NONCE,
      payloadBytes: 1472,
      reason: "too-large",
    });
    expect(counters).toMatchObject({
      sent: { "sized-datagram": 0, refusal: 1 },
      refusedSized: { "too-large": 1 },
      unsentCount: 0,
    });
  });

  test.each<[string, () => boolean]>([
    ["no room", () => false],
    [
      "no way to the client",
      () => {
        throw new UdpError("UDP_UNREACHABLE", "there is no way");
      },
    ],
  ])("counts an answer that the system does not take: %s", async (_title, sendLong) => {
    const hosts = createHosts();
    const { counters } = await serve(hosts, { openSocket: limited(hosts, sendLong) });
    expect(await askSized(hosts, 1472)).toBeUndefined();
    expect(counters).toMatchObject({ sent: { "sized-datagram": 0 }, unsentCount: 1 });
  });

  test("a failure that is no socket's is a mistake of the program", async () => {
    const hosts = createHosts();
    const mistake = new TypeError("not a function");
    const openSocket = limited(hosts, () => {
      throw mistake;
    });
    await serve(hosts, { openSocket });
    await expect(askSized(hosts, 1472)).rejects.toBe(mistake);
  });

  test("knows the port that the system chose for its own", async () => {
    const hosts = createHosts();
    const ignored: unknown[] = [];
    const { local } = await serve(hosts, {
      port: 0,
      onRequest: (request) => ignored.push(request.ignored),
    });
    const socket = await hosts.client.openSocket({
      local: { address: "10.77.0.1", port: local.port },
      onDatagram: () => undefined,
    });
    socket.send(encodeFrame(PROBE), local);
    await hosts.clock.runUntil(() => ignored.length > 0);
    expect(ignored).toEqual(["source-port"]);
  });

  test("a signal closes it", async () => {
    const hosts = createHosts();
    const controller = new AbortController();
    await serve(hosts, { signal: controller.signal });
    await expect(serve(hosts)).rejects.toMatchObject({ code: "UDP_ADDRESS_IN_USE" });
    controller.abort();
    await using again = await serve(hosts);
    expect(again.local).toEqual(REFLECTOR);
  });

  test("a signal that is aborted already: nothing is looked up or opened", async () => {
    const reason = new Error("enough");
    const done: string[] = [];
    const hosts = createHosts();
    const served = serve(hosts, {
      host: "reflector.example",
      signal: AbortSignal.abort(reason),
      lookUpName: async (name) => {
        done.push(`looked up ${name}`);
        return [REFLECTOR_ADDRESS];
      },
      openSocket: (options) => {
        done.push("opened");
        return hosts.reflector.openSocket(options);
      },
    });
    await expect(served).rejects.toBe(reason);
    expect(done).toEqual([]);
  });
});

test.each<[string, ReflectorOptions, string]>([
  ["port 65536", { port: 65_536 }, "UDP_BAD_PORT"],
  ["a multicast address", { host: "224.0.0.1" }, "UDP_BAD_HOST"],
  ["an IPv6 multicast address", { host: "ff02::1" }, "UDP_BAD_HOST"],
  ["the broadcast address", { host: "255.255.255.255" }, "UDP_BAD_HOST"],
  ["half an address", { host: "127.1" }, "UDP_BAD_ADDRESS"],
  ["an address of another host", { host: "192.0.2.1" }, "UDP_ADDRESS_NOT_AVAILABLE"],
  ["an address of the other family", { family: 6 }, "UDP_BAD_ADDRESS"],
  ["a budget below nothing", { budgetBytes: -1 }, "UDP_BAD_OPTION"],
  ["no rate", { ratePerSource: 0 }, "UDP_BAD_OPTION"],
])("%s is refused", async (_title, options, code) => {
  await expect(serve(createHosts(), options)).rejects.toMatchObject({ code });
});
