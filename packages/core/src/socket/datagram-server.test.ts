import { describe, expect, test } from "bun:test";
import type { Endpoint } from "../address/endpoint.ts";
import { ReplyGuard } from "../guard/reply-guard.ts";
import { seededRandom } from "../random.ts";
import type { SimulatedHost } from "../simulation/index.ts";
import { createNetwork, VirtualClock } from "../simulation/index.ts";
import type { DatagramServer, DatagramService, ListenOptions } from "./datagram-server.ts";
import { serveDatagrams } from "./datagram-server.ts";
import type { SocketOptions } from "./datagram-socket.ts";

const SERVER_ADDRESS = "10.77.0.2";
const FOREIGN_ADDRESS = "10.77.0.9";

/** Two hosts in virtual time; the server's notes what it was asked for. */
class World {
  readonly clock = new VirtualClock();
  readonly client: SimulatedHost;
  readonly services: Endpoint[] = [];
  readonly opened: SocketOptions[] = [];
  readonly heard: string[] = [];
  guard: ReplyGuard | undefined;
  readonly #server: SimulatedHost;

  constructor() {
    const network = createNetwork({ clock: this.clock, random: seededRandom(1) });
    this.client = network.host("client", ["10.77.0.1"]);
    this.#server = network.host("server", [SERVER_ADDRESS, "2001:db8::2"]);
  }

  serve(
    options: ListenOptions = {},
    socketOptions: Pick<SocketOptions, "mtuDiscovery"> = {},
  ): Promise<DatagramServer<World>> {
    const openSocket = (wanted: SocketOptions): ReturnType<SimulatedHost["openSocket"]> => {
      this.opened.push(wanted);
      return this.#server.openSocket(wanted);
    };
    return serveDatagrams({ openSocket, ...options }, (local) => ({
      ...this.#service(local),
      ...socketOptions,
    }));
  }

  #service(local: Endpoint): DatagramService<World> {
    this.services.push(local);
    this.guard = new ReplyGuard({ local, isOwnReply: () => false });
    return {
      guard: this.guard,
      counters: this,
      onDatagram: (payload) => this.heard.push(new TextDecoder().decode(payload)),
    };
  }
}

async function send(host: SimulatedHost, text: string, to: Endpoint): Promise<void> {
  await using socket = await host.openSocket({ onDatagram: () => undefined });
  socket.send(new TextEncoder().encode(text), to);
}

describe("a server", () => {
  test("hears what is sent to where it says that it listens", async () => {
    const world = new World();
    const server = await world.serve({ host: SERVER_ADDRESS, port: 2000 });
    await send(world.client, "hello", server.local);
    await world.clock.runUntil(() => world.heard.length > 0);
    expect([server.local, server.counters, world.heard]).toEqual([
      { address: SERVER_ADDRESS, port: 2000 },
      world,
      ["hello"],
    ]);
  });

  test("tells its guard the port that the system chose", async () => {
    const world = new World();
    const { local } = await world.serve({ port: 0 });
    expect([local.port > 0, world.guard?.localPort]).toEqual([true, local.port]);
  });

  test.each<[string, ListenOptions, Partial<SocketOptions>]>([
    [
      "by default",
      {},
      {
        local: { address: "127.0.0.1", port: 1060 },
        unicastOnly: true,
        receivesBursts: true,
        ipv6Only: false,
      },
    ],
    [
      "for IPv6 alone",
      { host: "::", family: 6 },
      {
        local: { address: "::", port: 1060 },
        unicastOnly: true,
        receivesBursts: true,
        ipv6Only: true,
      },
    ],
    [
      "for both families",
      { host: "::", port: 0 },
      {
        local: { address: "::", port: 0 },
        unicastOnly: true,
        receivesBursts: true,
        ipv6Only: false,
      },
    ],
  ])("%s asks for a socket that hears unicast only", async (_title, options, expected) => {
    const world = new World();
    await world.serve(options);
    const onDatagram = expect.any(Function);
    expect(world.opened).toEqual([{ onDatagram, ...expected }]);
  });

  test("asks for a socket as its service needs it", async () => {
    const world = new World();
    await world.serve({}, { mtuDiscovery: "probe" });
    expect(world.opened).toMatchObject([{ mtuDiscovery: "probe", unicastOnly: true }]);
  });
});

describe("a server ends", () => {
  test("by close", async () => {
    const world = new World();
    const server = await world.serve();
    server.close();
    server.close();
    await using again = await world.serve();
    expect(again.local).toEqual(server.local);
  });

  test("with its block", async () => {
    const world = new World();
    {
      await using _server = await world.serve();
      await expect(world.serve()).rejects.toMatchObject({ code: "UDP_ADDRESS_IN_USE" });
    }
    await using _again = await world.serve();
  });

  test("by its signal", async () => {
    const world = new World();
    const controller = new AbortController();
    await world.serve({ signal: controller.signal });
    controller.abort();
    await using _again = await world.serve();
  });
});

describe("the addresses of a name", () => {
  const host = "server.example";
  const at = (address: string): Endpoint => ({ address, port: 1060 });

  test("are tried until one is this host's, each with a service of its own", async () => {
    const world = new World();
    const found = [FOREIGN_ADDRESS, SERVER_ADDRESS, "2001:db8::2"];
    const { local } = await world.serve({ host, lookUpName: async () => found });
    expect([local, world.services]).toEqual([
      at(SERVER_ADDRESS),
      [at(FOREIGN_ADDRESS), at(SERVER_ADDRESS)],
    ]);
  });

  test("are not tried any further where the port is taken", async () => {
    const world = new World();
    await world.serve({ host: SERVER_ADDRESS });
    const found = [SERVER_ADDRESS, "2001:db8::2"];
    const served = world.serve({ host, lookUpName: async () => found });
    await expect(served).rejects.toMatchObject({ code: "UDP_ADDRESS_IN_USE" });
  });

  test("are only those of the family", async () => {
    const world = new World();
    const found = [SERVER_ADDRESS, "2001:db8::2"];
    const { local } = await world.serve({ host, family: 6, lookUpName: async () => found });
    expect(local).toEqual(at("2001:db8::2"));
  });
});

describe("nothing is opened", () => {
  test.each<[string, ListenOptions, string]>([
    ["at a port that there is not", { port: 65_536 }, "UDP_BAD_PORT"],
    ["at a multicast address", { host: "224.0.0.1" }, "UDP_BAD_HOST"],
    ["at the broadcast address", { host: "255.255.255.255" }, "UDP_BAD_HOST"],
    ["at half an address", { host: "127.1" }, "UDP_BAD_ADDRESS"],
    ["at an address of the other family", { host: "::1", family: 4 }, "UDP_BAD_ADDRESS"],
    [
      "at a name without an address",
      { host: "no.example", lookUpName: async () => [] },
      "UDP_NAME_NOT_FOUND",
    ],
  ])("%s", async (_title, options, code) => {
    const world = new World();
    await expect(world.serve(options)).rejects.toMatchObject({ code });
    expect([world.services, world.opened]).toEqual([[], []]);
  });

  test("where the signal is aborted already", async () => {
    const world = new World();
    const reason = new Error("enough");
    await expect(world.serve({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect([world.services, world.opened]).toEqual([[], []]);
  });

  test("where the service cannot be made", async () => {
    const world = new World();
    const mistake = new Error("a bad option");
    const served = serveDatagrams({ openSocket: world.client.openSocket }, () => {
      throw mistake;
    });
    await expect(served).rejects.toBe(mistake);
  });
});
