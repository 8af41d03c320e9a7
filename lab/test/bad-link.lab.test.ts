import { describe, expect } from "bun:test";
import type { BadLinkOptions, Lab, LabHost, RunningProgram, WayReport } from "../src/index.ts";
import { createLan, createPair, createPath } from "../src/index.ts";
import { labTest } from "../src/testing/index.ts";

const SENDER = Bun.fileURLToPath(import.meta.resolve("./programs/numbered-sender.ts"));
const RECEIVER = Bun.fileURLToPath(import.meta.resolve("./programs/numbered-receiver.ts"));
const PORT = "9000";

/** Every misfortune, and never so much at once that a receiver's buffer overflows. */
const MIXED: BadLinkOptions = {
  delayMs: 5,
  jitterMs: 2,
  lossRatio: 0.1,
  duplicateRatio: 0.05,
  reorderRatio: 0.05,
  burst: { enterRatio: 0.01, leaveRatio: 0.3 },
  seed: 7,
};

interface Received {
  readonly received: number;
  readonly distinct: number;
  readonly reordered: number;
}

describe("a bad link", () => {
  for (const family of [4, 6] as const) {
    labTest(`IPv${family}: what a receiver counts is what the link reports`, async () => {
      await using pair = await createPair({ link: MIXED });
      const address = family === 4 ? pair.host("b").ipv4 : pair.host("b").ipv6;
      await using receiver = await startReceiver(pair, address);
      await send(pair, address, 1000, 100, 5);
      const forward = await sentForward(pair, 1000);
      expect(await receivedAll(receiver, forward.delivered)).toEqual({
        received: forward.delivered,
        distinct: forward.passed + forward.duplicated,
        reordered: forward.reordered,
      });
      expect(forward).toMatchObject({ sent: 1000, missed: 0, unsent: 0 });
    });
  }

  labTest("meets the same packets with the same fates from the same seed", async () => {
    const fates = async (seed: number) => {
      await using pair = await createPair({ link: { ...MIXED, seed } });
      await send(pair, pair.host("b").ipv4, 500, 100, 5);
      const { lost, passed, duplicated } = await sentForward(pair, 500);
      return { lost, passed, duplicated };
    };
    const first = await fates(7);
    expect(await fates(7)).toEqual(first);
    expect(await fates(8)).not.toEqual(first);
  });

  labTest("carries 10,000 datagrams of 1200 bytes in a row and loses none of its own", async () => {
    await using pair = await createPair({ link: { delayMs: 1 } });
    const b = pair.host("b");
    const framesBefore = await receivedFrames(b);
    const carriedBefore = carriedFrames((await pair.link.report()).forward);
    await send(pair, b.ipv4, 10_000, 1200, 10);
    const after = await sentForward(pair, 10_000);
    expect(after).toMatchObject({ dropped: 0, missed: 0, unsent: 0 });
    for (let missing = 1; missing !== 0; ) {
      const received = (await receivedFrames(b)) - framesBefore;
      missing = carriedFrames((await pair.link.report()).forward) - carriedBefore - received;
    }
  });

  labTest("counts what it did not see, and what it could not send", async () => {
    await using pair = await createPair({ link: {} });
    const [a, b] = [pair.host("a"), pair.host("b")];
    await a.run(["ping", "-n", "-c1", b.ipv4]); // so that both know each other's hardware addresses
    process.kill(pair.link.pid, "SIGSTOP");
    await send(pair, b.ipv4, 20_000, 1000, 100);
    process.kill(pair.link.pid, "SIGCONT");
    const { sent, missed } = await sentForward(pair, 2);
    expect(missed).toBeGreaterThan(0);
    expect(sent + missed).toBeGreaterThanOrEqual(20_001); // upkeep of the network may be missed too
    await a.run(["ip", "netns", "exec", "link-1", "ip", "link", "set", "far", "mtu", "1000"]);
    const ping = await a.spawn(["ping", "-n", "-c1", "-W0.2", "-s1200", b.ipv4]);
    await ping.end();
    expect(await sentForward(pair, sent + 1)).toMatchObject({ unsent: 1 });
  });

  labTest("answers while it is flooded", async () => {
    await using pair = await createPair({ link: {} });
    await using flood = await pair.host("a").spawn(["python3", "-c", FLOOD, pair.host("b").ipv4]);
    expect(await flood.nextLine()).toBe("flooding");
    const counts = new Set<number>();
    while (counts.size < 3) counts.add((await pair.link.report()).forward.sent);
    await flood.end("SIGKILL");
  });

  labTest("says what is under way, and that it is gone when it is", async () => {
    await using pair = await createPair({ link: { delayMs: 3_600_000 } });
    await send(pair, pair.host("b").ipv4, 3, 10, 1);
    expect(await sentForward(pair, 3)).toMatchObject({ delivered: 3, underWay: 3 });
    process.kill(pair.link.pid, "SIGKILL");
    await expect(pair.link.report()).rejects.toMatchObject({ code: "LAB_BROKEN" });
  });

  labTest("says what the port at its end did not take", async () => {
    await using lan = await createLan({ hosts: 2, lastPortMtuBytes: 1300, link: {} });
    const h2 = lan.host("h2");
    const ping = await h2.spawn(["ping", "-n", "-c1", "-W0.2", "-s1400", lan.host("h1").ipv4]);
    expect((await ping.end()).code).toBe(1);
    expect((await lan.link.report()).forward).toMatchObject({ sent: 1, passed: 1, unsent: 1 });
  });

  labTest("delays each way by itself", async () => {
    await using pair = await createPair({ link: { delayMs: 10, backward: { delayMs: 20 } } });
    const { stdout } = await pair.host("a").run(["ping", "-c3", "-i0.01", pair.host("b").ipv4]);
    const [, minRttMs] = /rtt min[^=]*= ([\d.]+)/.exec(stdout) ?? [];
    expect(Number(minRttMs)).toBeGreaterThanOrEqual(30);
  });

  labTest("loses each way by itself, and no address resolution", async () => {
    await using pair = await createPair({ link: { backward: { lossRatio: 1 } } });
    const ping = await pair.host("a").spawn(["ping", "-c3", "-i0.01", "-W1", pair.host("b").ipv4]);
    expect((await ping.end()).stdout).toContain("3 packets transmitted, 0 received");
    expect(await pair.link.report()).toMatchObject({
      forward: { sent: 3, passed: 3 },
      backward: { sent: 3, lost: 3, housekeeping: expect.any(Number) },
    });
  });

  labTest("takes other options at any time, and its counters go on", async () => {
    await using pair = await createPair({ link: { lossRatio: 1 } });
    const b = pair.host("b");
    await using receiver = await startReceiver(pair, b.ipv4);
    await send(pair, b.ipv4, 20, 100, 5);
    await sentForward(pair, 20);
    await pair.link.configure({});
    await send(pair, b.ipv4, 30, 100, 5);
    expect(await receivedAll(receiver, 30)).toMatchObject({ received: 30 });
    expect(await sentForward(pair, 50)).toMatchObject({ sent: 50, lost: 20, passed: 30 });
  });

  labTest("has a rate, and a queue that overflows", async () => {
    const link = { rateBitsPerSecond: 2_000_000, queuePackets: 10 };
    await using pair = await createPair({ link });
    const b = pair.host("b");
    await using receiver = await startReceiver(pair, b.ipv4);
    await send(pair, b.ipv4, 200, 1000, 5);
    const forward = await sentForward(pair, 200);
    expect(forward.overflowed).toBeGreaterThan(0);
    expect(await receivedAll(receiver, forward.delivered)).toMatchObject({
      received: 200 - forward.overflowed,
    });
  });

  labTest("counts each datagram of a segmented train by itself", async () => {
    await using pair = await createPair({ link: {} });
    const { ipv4 } = pair.host("b");
    await pair.host("a").run(["python3", "-c", SEGMENTED_SEND, ipv4, PORT]);
    expect((await sentForward(pair, 10)).sent).toBe(10);
  });

  labTest("is the middle hop of a path, and the last cable of a LAN", async () => {
    await using path = await createPath({ mtus: [1500, 1500, 1500], link: {} });
    await path.host("h1").run(["ping", "-c1", "h2"]);
    await path.host("h1").run(["ping", "-c1", "r1"]);
    await using lan = await createLan({ hosts: 3, link: {} });
    await lan.host("h1").run(["ping", "-c1", "h3"]);
    await lan.host("h1").run(["ping", "-c1", "h2"]);
    const reports = [await path.link.report(), await lan.link.report()];
    expect(reports).toMatchObject([
      { forward: { sent: 1 }, backward: { sent: 1 } },
      { forward: { sent: 1 }, backward: { sent: 1 } },
    ]);
  });
});

/** Ten datagrams of 100 bytes in one call, by UDP_SEGMENT. */
const SEGMENTED_SEND = `
import socket, sys
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sender.setsockopt(17, 103, 100)
sender.sendto(bytes(1000), (sys.argv[1], int(sys.argv[2])))
`;

/** As fast as one process can, until it is killed. */
const FLOOD = `
import socket, sys
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sender.sendto(b"", (sys.argv[1], 9))
print("flooding", flush=True)
while True:
    sender.sendto(bytes(100), (sys.argv[1], 9))
`;

/** The way forward, once it has seen so many packets. */
async function sentForward(lab: Lab, packetCount: number): Promise<WayReport> {
  for (;;) {
    const { forward } = await lab.link.report();
    if (forward.sent >= packetCount) return forward;
  }
}

async function startReceiver(lab: Lab, address: string): Promise<RunningProgram> {
  const receiver = await lab
    .host("b")
    .spawn([process.execPath, RECEIVER, address, PORT], { hasInput: true });
  await receiver.nextLine();
  return receiver;
}

/** Sends so many numbered datagrams from `a`, at a pace. */
async function send(
  lab: Lab,
  address: string,
  count: number,
  payloadBytes: number,
  perMs: number,
): Promise<void> {
  const amounts = [count, payloadBytes, perMs].map(String);
  await lab.host("a").run([process.execPath, SENDER, address, PORT, ...amounts]);
}

/** What came, once so many datagrams have. */
async function receivedAll(receiver: RunningProgram, count: number): Promise<Received> {
  for (;;) {
    receiver.writeLine("");
    const counts: Received = JSON.parse(await receiver.nextLine());
    if (counts.received >= count) return counts;
  }
}

function carriedFrames({ delivered, housekeeping }: WayReport): number {
  return delivered + housekeeping;
}

/** What the interface has counted, whether a program read it or not. */
async function receivedFrames(host: LabHost): Promise<number> {
  const { stdout } = await host.run(["cat", "/sys/class/net/e0/statistics/rx_packets"]);
  return Number(stdout);
}
