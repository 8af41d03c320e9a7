import { expect, test } from "bun:test";
import type { MtuDiscovery, SendOutcome } from "@udp/core/linux";
import type { KernelRoute } from "./kernel-view.ts";
import { viewOfKernel } from "./kernel-view.ts";

/** A kernel that refuses packets beyond its MTU, and keeps what it was handed. */
class Kernel {
  readonly calls: (MtuDiscovery | string)[] = [];
  readonly #mtuBytes: number;

  constructor(mtuBytes: number) {
    this.#mtuBytes = mtuBytes;
  }

  get kernelPathMtuBytes(): number | undefined {
    this.calls.push("IP_MTU");
    return this.#mtuBytes;
  }

  setMtuDiscovery(mode: MtuDiscovery): void {
    this.calls.push(mode);
  }

  send(payload: Uint8Array): SendOutcome {
    this.calls.push(new TextDecoder().decode(payload));
    return payload.byteLength + 28 > this.#mtuBytes ? "too-large" : "sent";
  }
}

const ROUTE: KernelRoute = {
  interfaceName: "e0",
  interfaceMtuBytes: 1500,
  mtuBytes: undefined,
  expiresInMs: undefined,
  ageMs: undefined,
};

test.each([
  [1500, {}, "interface", undefined],
  [1350, { mtuBytes: 1350 }, "route", undefined],
  [1280, { mtuBytes: 1280, expiresInMs: 590_000, ageMs: 10_000 }, "packet-too-big", 590_000],
  // An IPv6 route of a router advertisement ends some day, and says nothing of sizes.
  [1500, { expiresInMs: 1_800_000 }, "interface", undefined],
] as const)("the kernel believes %p, from %p", (mtuBytes, route, origin, expiresInMs) => {
  expect(viewOfKernel(new Kernel(mtuBytes), () => ({ ...ROUTE, ...route }))).toEqual({
    payloadBytes: 65_536,
    outcome: "too-large",
    kernelMtuBytes: mtuBytes,
    origin,
    interfaceName: "e0",
    interfaceMtuBytes: 1500,
    expiresInMs,
    ageMs: expiresInMs && 10_000,
  });
});

test("one datagram with DF set, of a size of one's own, and then the kernel is asked", () => {
  const kernel = new Kernel(1500);
  const readRoute = (): KernelRoute => {
    kernel.calls.push("route");
    return ROUTE;
  };
  const { outcome, payloadBytes } = viewOfKernel(kernel, readRoute, 3);
  expect([outcome, payloadBytes, ...kernel.calls]).toEqual([
    "sent",
    3,
    "do",
    "###",
    "IP_MTU",
    "route",
  ]);
});

test("where no way leads there any more, the route says what the kernel believed", () => {
  const kernel = { setMtuDiscovery: () => {}, send: () => "unreachable" as const };
  const socket = { ...kernel, kernelPathMtuBytes: undefined };
  const views = [ROUTE, { ...ROUTE, mtuBytes: 1350 }].map((route) =>
    viewOfKernel(socket, () => route),
  );
  expect(views.map(({ kernelMtuBytes }) => kernelMtuBytes)).toEqual([1500, 1350]);
});
