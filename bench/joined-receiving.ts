/** What it would save a server to take datagrams that are joined (UDP_GRO), and when they are. */
import { compile, hasCompiler } from "./c-program.ts";
import { describeMachine, today } from "./machine.ts";
import { median } from "./median.ts";

const ROUNDS = 5;
const DATAGRAMS = 128_000;
const CASES = [
  { takesJoined: 0, sendsJoined: 0 },
  { takesJoined: 1, sendsJoined: 0 },
  { takesJoined: 0, sendsJoined: 1 },
  { takesJoined: 1, sendsJoined: 1 },
];

if (hasCompiler()) await compareCases();
else console.log("\nReceiving joined datagrams: needs cc.");

async function compareCases(): Promise<void> {
  await using program = await compile("receive");
  const runs = CASES.map(() => [] as Run[]);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, one] of CASES.entries()) runs[index]?.push(runOnce(program.path, one));
  }
  console.log(
    `\nA C program receives ${DATAGRAMS} datagrams of 64 bytes on the loopback, 64 sent at a time; medians of ${ROUNDS} interleaved rounds.\n`,
  );
  console.log("| receiver takes joined | sender joins | datagrams a message | CPU per datagram |");
  console.log("| --- | --- | ---: | ---: |");
  for (const [index, { takesJoined, sendsJoined }] of CASES.entries()) {
    const of = runs[index] ?? [];
    const joined = median(of.map(({ perMessage }) => perMessage)).toFixed(0);
    const cpuUs = median(of.map(({ cpuNs }) => cpuNs / 1000)).toFixed(2);
    const cells = [takesJoined ? "yes" : "no", sendsJoined ? "yes" : "no", joined, `${cpuUs} µs`];
    console.log(`| ${cells.join(" | ")} |`);
  }
  console.log(`\n${describeMachine()}, ${today()}.`);
}

/** Of each datagram. */
interface Run {
  readonly perMessage: number;
  readonly cpuNs: number;
}

function runOnce(path: string, { takesJoined, sendsJoined }: (typeof CASES)[number]): Run {
  const argv = [path, takesJoined, sendsJoined, DATAGRAMS].map(String);
  const { stdout } = Bun.spawnSync(argv);
  const [datagrams = 0, messages = 0, cpuNs = 0] = stdout.toString().split(" ").map(Number);
  return { perMessage: datagrams / messages, cpuNs: cpuNs / datagrams };
}
