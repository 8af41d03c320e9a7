/** What the lab's bad link adds of its own: delay, and loss at a high rate. */
import type { Lab } from "@udp/lab";
import { createPair } from "@udp/lab";
import { median } from "./median.ts";

const ROUNDS = 7;
const PINGS = 50;
const DELAY_MS = 10;
const TARGET_DELAY_MS = 1;
const TARGET_RATE = 10_000;
const RATES = [TARGET_RATE, 20_000, 40_000];
const PAYLOAD_BYTES = 1200;
const SENDER = Bun.fileURLToPath(import.meta.resolve("../lab/test/programs/numbered-sender.ts"));

const { plain, bad } = await measureRoundTrips();
const addedDelayMs = (bad - plain) / 2 - DELAY_MS;
console.log(`\nBad link of the lab, medians of ${ROUNDS} interleaved rounds of ${PINGS} pings:\n`);
console.log("| link | round trip |\n| --- | ---: |");
console.log(`| a cable | ${plain.toFixed(3)} ms |`);
console.log(`| delay ${DELAY_MS} ms each way | ${bad.toFixed(3)} ms |`);
console.log(
  `\nAdded each way: ${addedDelayMs.toFixed(3)} ms. Target: less than ${TARGET_DELAY_MS} ms.\n`,
);

console.log("| datagrams of 1200 bytes offered | sent in a second | lost by the link program |");
console.log("| ---: | ---: | ---: |");
for (const rate of RATES) {
  const { sentPerSecond, lostCount } = await sendAt(rate);
  console.log(`| ${rate}/s | ${sentPerSecond.toFixed(0)}/s | ${lostCount} of ${rate} |`);
}
console.log(`\nTarget: none at ${TARGET_RATE}/s.`);

/** Medians over all rounds, in milliseconds. */
async function measureRoundTrips(): Promise<{ plain: number; bad: number }> {
  await using cable = await createPair();
  await using link = await createPair({ link: { delayMs: DELAY_MS } });
  const plain: number[] = [];
  const bad: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    plain.push(await medianRoundTripMs(cable));
    bad.push(await medianRoundTripMs(link));
  }
  return { plain: median(plain), bad: median(bad) };
}

async function medianRoundTripMs(lab: Lab): Promise<number> {
  const ping = ["ping", "-n", "-i0.005", `-c${PINGS}`, lab.host("b").ipv4];
  const { stdout } = await lab.host("a").run(ping);
  return median([...stdout.matchAll(/time=([\d.]+) ms/g)].map(([, time]) => Number(time)));
}

/** One second of datagrams, and what the link's program lost of them. */
async function sendAt(rate: number): Promise<{ sentPerSecond: number; lostCount: number }> {
  await using pair = await createPair({ link: { delayMs: 1 } });
  const amounts = [rate, PAYLOAD_BYTES, rate / 1000].map(String);
  const argv = [process.execPath, SENDER, pair.host("b").ipv4, "9", ...amounts];
  const { stdout } = await pair.host("a").run(argv);
  const { missed, unsent } = (await pair.link.report()).forward;
  return { sentPerSecond: (rate * 1000) / Number(stdout), lostCount: missed + unsent };
}
