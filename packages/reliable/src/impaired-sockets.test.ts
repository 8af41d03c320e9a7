import { describe, expect, test } from "bun:test";
import type { DatagramSocket } from "@udp/core";
import { msToNs, seededRandom } from "@udp/core";
import type { LinkOptions } from "@udp/core/simulation";
import { createNetwork, VirtualClock } from "@udp/core/simulation";
import { ImpairedSockets } from "./impaired-sockets.ts";

const LOCAL = { address: "192.0.2.1", port: 7007 };

interface Event {
  readonly atMs: number;
  readonly text: string;
}

/** An impaired socket, a sender without impairments, and what came of what it sent. */
class Scene {
  readonly clock = new VirtualClock();
  readonly arrivals: Event[] = [];
  readonly drops: Event[] = [];
  readonly sockets: ImpairedSockets;
  readonly #network = createNetwork({ clock: this.clock, random: seededRandom(1) });
  readonly #near = this.#network.host("near", [LOCAL.address]);
  readonly #far = this.#network.host("far", ["192.0.2.7"]);
  socket: DatagramSocket | undefined;

  constructor(link: LinkOptions) {
    this.sockets = new ImpairedSockets({
      link,
      random: seededRandom(2),
      openSocket: this.#near.openSocket,
      clock: this.clock,
      onDropped: (payload) => this.drops.push(this.#event(payload)),
    });
  }

  async receive(texts: readonly string[], intervalMs = 1): Promise<void> {
    const { clock } = this;
    this.socket = await this.sockets.open({
      local: LOCAL,
      onDatagram: (payload) => this.arrivals.push(this.#event(payload)),
    });
    await using sender = await this.#far.openSocket({ onDatagram: () => undefined });
    for (const text of texts) {
      sender.send(new TextEncoder().encode(text), LOCAL);
      await clock.advanceBy(msToNs(intervalMs));
    }
  }

  #event(payload: Uint8Array): Event {
    return { atMs: this.clock.nowNs() / 1e6, text: new TextDecoder().decode(payload) };
  }
}

describe("impaired sockets", () => {
  test("without impairments hand on what arrives, at once", async () => {
    const scene = new Scene({});
    await scene.receive(["one", "two"]);
    expect([scene.arrivals, scene.drops]).toEqual([
      [
        { atMs: 0, text: "one" },
        { atMs: 1, text: "two" },
      ],
      [],
    ]);
  });

  test("drop what they are told to, and say so", async () => {
    const scene = new Scene({ lossRatio: 0.5 });
    const texts = Array.from({ length: 200 }, (_, index) => `number ${index}`);
    await scene.receive(texts);
    const { sent, dropped, passed } = scene.sockets.counters;
    const droppedTexts = new Set(scene.drops.map(({ text }) => text));
    expect(scene.arrivals.map(({ text }) => text)).toEqual(
      texts.filter((text) => !droppedTexts.has(text)),
    );
    expect([sent, dropped, passed]).toEqual([200, droppedTexts.size, scene.arrivals.length]);
    // Four standard deviations.
    expect(Math.abs(dropped - 100)).toBeLessThan(28);
  });

  test("delay, and double", async () => {
    const scene = new Scene({ delayMs: 20, duplicateRatio: 1 });
    await scene.receive(["one"], 19.9);
    expect([scene.arrivals, scene.sockets.heldBackCount]).toEqual([[], 2]);
    await scene.clock.advanceBy(msToNs(1));
    expect(scene.sockets.heldBackCount).toBe(0);
    expect(scene.arrivals).toEqual([
      { atMs: 20, text: "one" },
      { atMs: 20, text: "one" },
    ]);
  });

  test("lose what is on its way when they close", async () => {
    const scene = new Scene({ delayMs: 20 });
    await scene.receive(["one"]);
    scene.socket?.close();
    await scene.clock.advanceBy(msToNs(100));
    expect(scene.arrivals).toEqual([]);
  });

  test("refuse impairments that cannot be", () => {
    const open = (): unknown => new ImpairedSockets({ link: { lossRatio: 1.1 } });
    expect(open).toThrow("lossRatio: expected a number from 0 to 1; got 1.1");
  });

  test("each copy is the receiver's own", async () => {
    const clock = new VirtualClock();
    const host = createNetwork({ clock, random: seededRandom(1) }).host("host", [LOCAL.address]);
    const link = { duplicateRatio: 1 };
    const sockets = new ImpairedSockets({ link, openSocket: host.openSocket, clock });
    const seen: number[] = [];
    const socket = await sockets.open({
      local: LOCAL,
      onDatagram: (payload) => {
        seen.push(...payload);
        payload.fill(0);
      },
    });
    socket.send(Uint8Array.of(7), LOCAL);
    await clock.advanceBy(msToNs(1));
    expect(seen).toEqual([7, 7]);
  });
});
