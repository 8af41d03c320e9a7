import { heapStats } from "bun:jsc";
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { HostAddresses } from "../address/host-addresses.ts";
import { addressWords, parseAddress } from "../address/ip-address.ts";
import type { ArrivedDatagram } from "./arrived-datagram.ts";
import type { RefusalReason, ReplyGuardOptions } from "./reply-guard.ts";
import {
  DEFAULT_RATE_PER_SOURCE,
  DEFAULT_RATE_TOTAL,
  maxReplyBytes,
  ReplyGuard,
} from "./reply-guard.ts";

const SECOND_NS = 1_000_000_000;

/** A host with one address, in a network of 256. */
const hostAddresses = new HostAddresses({
  eth0: [
    {
      family: "IPv4",
      address: "10.77.0.1",
      cidr: "10.77.0.1/24",
      netmask: "255.255.255.0",
      mac: "",
      internal: false,
    },
  ],
});

function createGuard(options: Partial<ReplyGuardOptions> = {}): ReplyGuard {
  return new ReplyGuard({
    local: { address: "0.0.0.0", port: 7007 },
    isOwnReply: (payload) => textOf(payload).startsWith("reply"),
    hostAddresses,
    ...options,
  });
}

function textOf(payload: Uint8Array): string {
  return new TextDecoder().decode(payload);
}

function request(address: string, sourcePort = 40_000, text = "request"): ArrivedDatagram {
  return {
    payload: new TextEncoder().encode(text),
    sourceAddress: addressWords(parseAddress(address)),
    sourcePort,
  };
}

function refusal(
  options: Partial<ReplyGuardOptions>,
  datagram: ArrivedDatagram,
): RefusalReason | undefined {
  return createGuard(options).refuseRequest(datagram, 0);
}

describe("source addresses", () => {
  test.each<[string, RefusalReason | undefined]>([
    ["0.0.0.0", "source-address"],
    ["::", "source-address"],
    ["224.0.0.1", "source-address"],
    ["239.255.255.255", "source-address"],
    ["ff02::1", "source-address"],
    ["255.255.255.255", "source-address"],
    ["10.77.0.255", "source-address"],
    ["::ffff:10.77.0.255", "source-address"],
    ["10.77.0.2", undefined],
    ["10.77.1.255", undefined],
    ["223.255.255.255", undefined],
    ["127.0.0.1", undefined],
    ["::1", undefined],
    ["fe80::2%eth0", undefined],
    ["2001:db8::1", undefined],
  ])("%s: %p", (address, reason) => {
    expect(refusal({}, request(address))).toBe(reason);
  });
});

describe("source ports", () => {
  test.each<[number, RefusalReason | undefined]>([
    [0, "source-port"],
    [1, "source-port"],
    [1023, "source-port"],
    [1024, undefined],
    [1059, undefined],
    [1060, "source-port"],
    [1061, undefined],
    [7006, undefined],
    [7007, "source-port"],
    [7008, undefined],
    [65_535, undefined],
  ])("%d: %p", (port, reason) => {
    expect(refusal({}, request("192.0.2.1", port))).toBe(reason);
  });

  test("that are allowed are answered, the others still are not", () => {
    const allowedSourcePorts = [53, 1060, 7007];
    const reasons = [53, 1060, 7007, 54, 0].map((port) =>
      refusal({ allowedSourcePorts }, request("192.0.2.1", port)),
    );
    expect(reasons).toEqual([undefined, undefined, undefined, "source-port", "source-port"]);
  });

  test("a peer may use the server's own port, and no other that is refused", () => {
    const allowedPeers = ["192.0.2.1", "2001:DB8::0:7"];
    const reasons = (address: string): unknown[] =>
      [7007, 1060, 862].map((port) => refusal({ allowedPeers }, request(address, port)));
    const refused = "source-port";
    expect([reasons("192.0.2.1"), reasons("2001:db8::7"), reasons("192.0.2.2")]).toEqual([
      [undefined, refused, refused],
      [undefined, refused, refused],
      [refused, refused, refused],
    ]);
    expect(() => createGuard({ allowedPeers: ["example.net"] })).toThrow(
      expect.objectContaining({ code: "UDP_BAD_ADDRESS" }),
    );
  });

  test.each([0, 65_536, 1.5, Number.NaN])("%p cannot be allowed: UDP_BAD_PORT", (port) => {
    expect(() => createGuard({ allowedSourcePorts: [port] })).toThrow(
      expect.objectContaining({ code: "UDP_BAD_PORT" }),
    );
  });

  test("the server's own counts from when the system has chosen it", () => {
    const guard = createGuard({ local: { address: "0.0.0.0", port: 0 } });
    const asked = request("192.0.2.1", 45_678);
    const before = guard.refuseRequest(asked, 0);
    guard.localPort = 45_678;
    expect([before, guard.refuseRequest(asked, 0)]).toEqual([undefined, "source-port"]);
  });
});

describe("the server itself", () => {
  test.each<[string, string, RefusalReason]>([
    ["0.0.0.0", "10.77.0.1", "self"],
    ["0.0.0.0", "127.0.0.1", "self"],
    ["::", "127.0.0.9", "self"],
    ["::", "::1", "self"],
    ["10.77.0.1", "10.77.0.1", "self"],
    ["10.77.0.1", "127.0.0.1", "source-port"],
    ["127.0.0.1", "127.0.0.1", "self"],
    ["127.0.0.1", "127.0.0.2", "source-port"],
    ["::1", "::1", "self"],
    ["0.0.0.0", "10.77.0.2", "source-port"],
  ])("listening at %s, asked from its port number at %s: %p", (local, source, reason) => {
    const options = { local: { address: local, port: 7007 } };
    expect(refusal(options, request(source, 7007))).toBe(reason);
  });

  test("is not answered even where its port is allowed", () => {
    expect(refusal({ allowedSourcePorts: [7007] }, request("10.77.0.1", 7007))).toBe("self");
  });

  test("is recognised by the port that the system chose", () => {
    const guard = createGuard({ local: { address: "0.0.0.0", port: 0 } });
    guard.localPort = 45_678;
    expect(guard.refuseRequest(request("10.77.0.1", 45_678), 0)).toBe("self");
  });

  test("and its answers, wherever they come from", () => {
    expect(refusal({}, request("192.0.2.1", 40_000, "reply 1"))).toBe("own-reply");
  });
});

describe("payloads that keep coming back", () => {
  function answeredCount(options: Partial<ReplyGuardOptions>, asked: number): number {
    const guard = createGuard({ ratePerSource: "none", rateTotal: "none", ...options });
    const loop = request("192.0.2.1");
    const reasons = Array.from({ length: asked }, (_, index) => guard.refuseRequest(loop, index));
    return reasons.filter((reason) => reason === undefined).length;
  }

  test("are answered 256 times", () => {
    expect(answeredCount({}, 1000)).toBe(256);
  });

  test("are answered without end where peers are trusted", () => {
    expect(answeredCount({ isTrusted: true }, 1000)).toBe(1000);
  });
});

/** Asks so many times within one moment, each time with another payload. */
function answered(guard: ReplyGuard, address: string, asked: number, nowNs = 0): number {
  let count = 0;
  for (let index = 0; index < asked; index++) {
    const datagram = request(address, 40_000, `request ${index}`);
    if (guard.refuseRequest(datagram, nowNs) === undefined) count++;
  }
  return count;
}

describe("rates", () => {
  test("hold for sources outside loopback where none is given", () => {
    const guard = createGuard();
    const counts = [answered(guard, "192.0.2.1", 300), answered(guard, "192.0.2.2", 300)];
    expect({ counts, refused: guard.refusals["rate-per-source"] }).toEqual({
      counts: [DEFAULT_RATE_PER_SOURCE / 10, DEFAULT_RATE_PER_SOURCE / 10],
      refused: 400,
    });
  });

  test("refill with time", () => {
    const guard = createGuard();
    const counts = [0, SECOND_NS / 20, SECOND_NS].map((nowNs) =>
      answered(guard, "192.0.2.1", 300, nowNs),
    );
    expect(counts).toEqual([100, 50, 100]);
  });

  test.each(["127.0.0.1", "127.1.2.3", "::1"])("do not hold for %s", (address) => {
    expect(answered(createGuard(), address, 20_000)).toBe(20_000);
  });

  test.each<["ratePerSource" | "rateTotal", RefusalReason]>([
    ["ratePerSource", "rate-per-source"],
    ["rateTotal", "rate-total"],
  ])("hold on loopback too where %s is given", (option, reason) => {
    const guard = createGuard({ [option]: 20 });
    expect({ count: answered(guard, "127.0.0.1", 50), refused: guard.refusals[reason] }).toEqual({
      count: 2,
      refused: 48,
    });
  });

  test("in all hold over all sources", () => {
    const guard = createGuard({ rateTotal: 1000 });
    const sources = Array.from({ length: 20 }, (_, index) => `192.0.2.${index}`);
    const counts = sources.map((address) => answered(guard, address, 30));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(100);
    expect(guard.refusals["rate-total"]).toBe(500);
  });

  test("in all are 100,000 where nothing is given", () => {
    const guard = createGuard({ ratePerSource: "none", isTrusted: true });
    const datagram = request("192.0.2.1");
    const asked = Array.from({ length: 15_000 }, () => guard.refuseRequest(datagram, 0));
    const count = asked.filter((reason) => reason === undefined).length;
    expect(count).toBe(DEFAULT_RATE_TOTAL / 10);
  });

  test.each<[Partial<ReplyGuardOptions>, number]>([
    [{ sharerCount: 4 }, DEFAULT_RATE_TOTAL / 40],
    [{ sharerCount: 4, rateTotal: 1000 }, 25],
  ])("in all are shared out among guards: %p", (options, expectedCount) => {
    const guard = createGuard({ ratePerSource: "none", ...options });
    expect(answered(guard, "192.0.2.1", 5000)).toBe(expectedCount);
  });

  test("may be lifted", () => {
    const guard = createGuard({ ratePerSource: "none", rateTotal: "none" });
    expect(answered(guard, "192.0.2.1", 20_000)).toBe(20_000);
  });

  test.each<["ratePerSource" | "rateTotal", number]>([
    ["ratePerSource", 0],
    ["ratePerSource", Number.NaN],
    ["rateTotal", -1],
    ["rateTotal", Number.POSITIVE_INFINITY],
  ])("%s cannot be %p: UDP_BAD_OPTION", (option, rate) => {
    const message = `${option}: expected a number above 0, or "none"; got ${rate}`;
    expect(() => createGuard({ [option]: rate })).toThrow(
      expect.objectContaining({ code: "UDP_BAD_OPTION", message }),
    );
  });
});

test("reasons are looked for in one order, and the first one is counted", () => {
  const guard = createGuard({ ratePerSource: 10, rateTotal: 10 });
  const again = request("192.0.2.9");
  for (let index = 0; index < 300; index++) guard.refuseRequest(again, 0);
  const before = { ...guard.refusals };
  const reasons = [
    request("0.0.0.0", 7007, "reply"),
    request("10.77.0.1", 7007, "reply"),
    request("192.0.2.9", 7007, "reply"),
    request("192.0.2.9", 40_000, "reply"),
    again,
    request("192.0.2.9", 40_000, "afresh"),
    request("192.0.2.8", 40_000, "afresh"),
  ].map((datagram) => guard.refuseRequest(datagram, 0));
  expect(reasons).toEqual([
    "source-address",
    "self",
    "source-port",
    "own-reply",
    "loop",
    "rate-per-source",
    "rate-total",
  ]);
  const counted = Object.entries(guard.refusals).map(([reason, count]) => [
    reason,
    count - (before[reason as RefusalReason] ?? 0),
  ]);
  expect(Object.fromEntries(counted)).toEqual({
    "source-address": 1,
    self: 1,
    "source-port": 1,
    "own-reply": 1,
    loop: 1,
    "rate-per-source": 1,
    "rate-total": 1,
    amplification: 0,
  });
});

describe("amplification", () => {
  test.each<[string, number, number]>([
    ["192.0.2.1", 0, 56],
    ["192.0.2.1", 1, 59],
    ["192.0.2.1", 1000, 3056],
    ["2001:db8::1", 0, 96],
    ["2001:db8::1", 1000, 3096],
  ])("to %s, %d bytes are answered with %d at most", (address, requestBytes, replyBytes) => {
    const guard = createGuard();
    const datagram = { ...request(address), payload: new Uint8Array(requestBytes) };
    const reasons = [0, replyBytes, replyBytes + 1].map((size) =>
      guard.refuseReply(datagram, size),
    );
    expect(reasons).toEqual([undefined, undefined, "amplification"]);
    expect(guard.refusals.amplification).toBe(1);
  });

  test("is three times at most, headers counted, and never an answer that is not larger", () => {
    const sources = fc.oneof(fc.ipV4(), fc.ipV6());
    fc.assert(
      fc.property(sources, fc.nat(65_507), (address, requestBytes) => {
        const datagram = { ...request(address), payload: new Uint8Array(requestBytes) };
        const isIpv4 = !parseAddress(address).includes(":");
        const headerBytes = (isIpv4 ? 20 : 40) + 8;
        const costBytes = requestBytes + headerBytes;
        const most = maxReplyBytes(datagram);
        expect(most).toBeGreaterThanOrEqual(requestBytes);
        expect(most + headerBytes).toBeLessThanOrEqual(3 * costBytes);
        expect(most + 1 + headerBytes).toBeGreaterThan(3 * costBytes);
      }),
    );
  });
});

test("200,000 datagrams from as many sources take no memory", () => {
  const guard = createGuard();
  const datagram = request("10.0.0.0");
  const [, , , first = 0] = datagram.sourceAddress;
  const view = new DataView(datagram.payload.buffer);
  const judge = (fromIndex: number, count: number): void => {
    for (let index = fromIndex; index < fromIndex + count; index++) {
      datagram.sourceAddress[3] = first + index;
      datagram.sourcePort = index % 65_536;
      view.setUint32(0, index);
      guard.refuseRequest(datagram, index * 1000);
    }
  };
  judge(0, 1000);
  Bun.gc(true);
  const before = heapStats();
  judge(1000, 200_000);
  Bun.gc(true);
  const after = heapStats();
  const growthBytes =
    after.heapSize + after.extraMemorySize - before.heapSize - before.extraMemorySize;
  expect(growthBytes).toBeLessThan(500_000);
});
