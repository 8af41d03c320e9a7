import { expect, test } from "bun:test";
import type { NetworkInterface } from "@udp/broadcast";
import { announce, discover } from "@udp/broadcast";
import type { Endpoint } from "@udp/core";
import { AMPLIFICATION_LIMIT } from "@udp/core";
import { askEcho, serveEcho } from "@udp/echo";
import { Peer } from "@udp/lab/testing";
import { discoverPathMtu, serveReflector } from "@udp/mtu";
import { createRequester, serveRequests } from "@udp/reliable";
import { askInLesson, serveLesson } from "../src/index.ts";
import { amplificationFactor } from "../src/servers/amplification.ts";

interface Server extends AsyncDisposable {
  readonly local: Endpoint;
}

/** Asks the server at a port of 127.0.0.1, until it is aborted. */
type Client = (port: number, signal: AbortSignal) => Promise<unknown>;

interface Mode {
  readonly name: string;
  readonly serve: () => Promise<Server>;
  readonly client: Client;
  /** How many of the client's datagrams are sent by somebody else; default 1. */
  readonly requestCount?: number;
}

const HERE = { host: "127.0.0.1", port: 0 };
const KEY = new TextEncoder().encode("sixteen bytes...");

/** So that no group is joined on a network of others. */
const LOOPBACK: NetworkInterface = {
  name: "lo",
  index: 1,
  mtuBytes: 65_536,
  flags: {
    isUp: true,
    hasBroadcast: false,
    hasMulticast: false,
    isPointToPoint: false,
    isLoopback: true,
  },
  addresses: [{ address: "127.0.0.1", family: 4, prefixLength: 8, broadcast: "127.255.255.255" }],
};

const readInterfaces = (): readonly NetworkInterface[] => [LOOPBACK];

const askReliably =
  (options: { readonly key?: Uint8Array } = {}): Client =>
  async (port, signal) => {
    await using requester = await createRequester({ host: "127.0.0.1", port, ...options });
    return await requester.request("?", { signal });
  };

/** Slow and talkative: an acknowledgement comes first, and then as much as may be. */
async function talk(): Promise<Uint8Array> {
  await Bun.sleep(100);
  return new Uint8Array(1000);
}

const askEchoWith =
  (payload: string): Client =>
  (port, signal) =>
    askEcho({ port, signal, payload: new TextEncoder().encode(payload) });

const MODES: readonly Mode[] = [
  { name: "echo, length", serve: () => serveEcho(HERE), client: askEchoWith("?") },
  {
    name: "echo, RFC 862",
    serve: () => serveEcho({ ...HERE, reply: "echo" }),
    client: askEchoWith("?"),
  },
  { name: "reliable", serve: () => serveRequests(talk, HERE), client: askReliably() },
  {
    name: "reliable, short answers",
    serve: () => serveRequests(() => "!", HERE),
    client: askReliably(),
  },
  {
    name: "reliable, with cookies",
    serve: () => serveRequests(talk, { ...HERE, requiresCookie: true }),
    client: askReliably(),
  },
  {
    name: "reliable, with a key",
    serve: () => serveRequests(talk, { ...HERE, key: KEY }),
    client: askReliably({ key: KEY }),
  },
  {
    name: "reliable, plain text",
    serve: () => serveRequests(talk, { ...HERE, answersPlainText: true }),
    client: askEchoWith("?"),
  },
  {
    name: "broadcast",
    serve: async () => {
      const info = { purpose: "x".repeat(200) };
      return await announce({
        ...HERE,
        name: "n".repeat(63),
        info,
        maxDelayMs: 50,
        readInterfaces,
      });
    },
    client: async (port, signal) => {
      const options = { network: "127.0.0.1", port, waitMs: 5000, readInterfaces, signal };
      for await (const _event of discover(options)) return;
    },
  },
  {
    name: "mtu",
    serve: () => serveReflector(HERE),
    client: (port, signal) => discoverPathMtu({ host: "127.0.0.1", port, signal }),
    requestCount: 3,
  },
  {
    name: "attack-sim",
    serve: () => serveLesson(HERE),
    client: (port, signal) => askInLesson({ port, signal, check: "hmac" }),
  },
];

test.concurrent.each(MODES)(
  "$name: at most three bytes out per byte in, and something",
  async ({ serve, client, requestCount = 1 }) => {
    await using server = await serve();
    const requests = await recordRequests(client, requestCount);
    const junk = [new Uint8Array(), new Uint8Array(1), new TextEncoder().encode("HELP\r\n")];
    const to = { address: "127.0.0.1", port: server.local.port };
    const factors = await Promise.all(
      [...requests, ...junk].map((bytes) => amplificationFactor(bytes, to)),
    );
    expect(Math.max(...factors)).toBeLessThanOrEqual(AMPLIFICATION_LIMIT);
    expect(Math.max(...factors.slice(0, requests.length))).toBeGreaterThan(0);
  },
);

/** What a client sends first, to a server that does not answer. */
async function recordRequests(client: Client, count: number): Promise<readonly Uint8Array[]> {
  await using server = await Peer.open();
  const end = new AbortController();
  const asking = client(server.local.port, end.signal).catch(() => undefined);
  const requests: Uint8Array[] = [];
  while (requests.length < count) requests.push((await server.next()).payload);
  end.abort();
  await asking;
  return requests;
}
