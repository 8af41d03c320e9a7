import { expect } from "bun:test";
import { seededRandom } from "@udp/core";
import type { Lab, LinkReport } from "@udp/lab";
import { createPair } from "@udp/lab";
import { labTest } from "@udp/lab/testing";
import type { LossPlaces } from "../src/probe/loss-places.ts";
import type { ProbeResult } from "../src/probe/result.ts";
import { randomMixture } from "./mixture.ts";
import { listening, UDP_ECHO } from "./udp-echo.ts";

const GATED_PROBE = Bun.fileURLToPath(import.meta.resolve("./programs/gated-probe.ts"));
const GOOD_LINK = { delayMs: 1 };
/** The long verification asks for a million, in one mixture. */
const COUNT = Number(Bun.env.PROBE_DATAGRAMS ?? 250);
const IS_LONG = Bun.env.PROBE_DATAGRAMS !== undefined;
/** The socket of the runtime and the link, a process each, keep up with 4000 a second. */
const INTERVAL_MS = IS_LONG ? 0.25 : 1;
const PLAN = { count: COUNT, intervalMs: INTERVAL_MS, waitMs: 300, answerTimeoutMs: 20_000 };

/** What the gated probe prints in the end. */
type Measured = Pick<ProbeResult, "counts" | "forward" | "backward" | "lossPlaces">;

/** So many networks at once, each with so many mixtures one after the other. */
const [NETWORKS, MIXTURES_EACH] = IS_LONG ? [1, 1] : [4, 6];
const TIMEOUT_MS = 60_000 + 2 * COUNT * INTERVAL_MS;

labTest(
  `the account of each direction is the link's own: ${NETWORKS * MIXTURES_EACH} mixtures of ${COUNT} datagrams`,
  async () => {
    await Promise.all(Array.from({ length: NETWORKS }, (_, index) => compareIn(index + 1)));
  },
  TIMEOUT_MS,
);

async function compareIn(network: number): Promise<void> {
  await using lab = await createPair({ link: { ...GOOD_LINK, seed: network } });
  const random = seededRandom(network);
  await using server = await listening(await lab.host("b").spawn(SERVER));
  for (let mixture = 0; mixture < MIXTURES_EACH; mixture++) {
    const forward = randomMixture(random);
    const { measured, before, after } = await measure(lab, server.local.port, {
      ...forward,
      backward: randomMixture(random),
    });
    const there = deeds("forward", before, after);
    const back = deeds("backward", before, after);
    expect(measured).toMatchObject({
      forward: there,
      backward: back,
      counts: { sentCount: COUNT },
      lossPlaces: {
        ...NOWHERE,
        forwardPathCount: there.lostCount,
        backwardPathCount: back.lostCount,
      },
    });
  }
}

const NOWHERE: LossPlaces = {
  ownSendBufferCount: 0,
  forwardPathCount: 0,
  peerReceiveBufferCount: 0,
  peerSendBufferCount: 0,
  backwardPathCount: 0,
  ownReceiveBufferCount: 0,
  unknownCount: 0,
};

const SERVER = [
  ...UDP_ECHO,
  "server",
  "0.0.0.0",
  "-p",
  "0",
  "--quiet",
  "--rate-per-source",
  "none",
];

/** The run alone meets the bad link: opening and closing meet a good one. */
async function measure(lab: Lab, port: number, mixture: Parameters<Lab["link"]["configure"]>[0]) {
  const argv = [
    process.execPath,
    GATED_PROBE,
    lab.host("b").ipv4,
    String(port),
    JSON.stringify(PLAN),
  ];
  await using probe = await lab.host("a").spawn(argv, { hasInput: true });
  expect(await probe.nextLine()).toBe("opened");
  const before = await lab.link.configure(mixture);
  probe.writeLine("go");
  expect(await probe.nextLine()).toBe("over");
  const after = await lab.link.configure(GOOD_LINK);
  probe.writeLine("go");
  const measured: Measured = JSON.parse(await probe.nextLine());
  return { measured, before, after };
}

function deeds(way: keyof LinkReport, before: LinkReport, after: LinkReport) {
  expect(after[way]).toMatchObject({ missed: 0, unsent: 0, overflowed: 0 });
  return {
    lostCount: after[way].lost - before[way].lost,
    duplicatedCount: after[way].duplicated - before[way].duplicated,
  };
}
