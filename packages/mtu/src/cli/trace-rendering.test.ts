import { expect, test } from "bun:test";
import { safeParse } from "valibot";
import { documentSchemas } from "../documents.ts";
import type { TraceHop } from "../hop.ts";
import type { Trace } from "../trace.ts";
import { traceReport } from "./trace-rendering.ts";

function hop(number: number, found: Partial<TraceHop> = {}): TraceHop {
  return {
    hop: number,
    addresses: [],
    rttsMs: [],
    sentCount: 3,
    answeredCount: 0,
    answeredPacketBytes: undefined,
    mtuBeyondBytes: undefined,
    ...found,
  };
}

const TRACE: Trace = {
  target: { address: "10.77.3.2", port: 1060 },
  family: 4,
  end: "reached",
  largePacketBytes: undefined,
  vanishingPoint: undefined,
  hops: [
    hop(1, { addresses: ["10.77.1.2"], rttsMs: [3, 1, 2], answeredPacketBytes: 1500 }),
    hop(2),
    hop(3, { addresses: ["10.77.3.2", "10.77.4.2"], rttsMs: [4, 2], mtuBeyondBytes: 1400 }),
  ],
};

test("hops: the least round trip and the median, silence, parallel ways, what was told", () => {
  expect(traceReport(TRACE).text().split("\n")).toEqual([
    "  1  10.77.1.2  1.00/2.00 ms",
    "  2  *",
    "  3  10.77.3.2, 10.77.4.2  2.00/3.00 ms  MTU beyond: 1400",
    "Reached 10.77.3.2 in 3 hops",
  ]);
});

test("a hop that answered nothing small", () => {
  const hops = [hop(1, { addresses: ["10.77.1.2"] })];
  const [line, end] = traceReport({ ...TRACE, hops, end: "silent" })
    .text()
    .split("\n");
  expect([line, end]).toEqual(["  1  10.77.1.2", "Did not reach 10.77.3.2 in 1 hop"]);
});

test("a router that gives up", () => {
  expect(
    traceReport({ ...TRACE, end: "unreachable" })
      .text()
      .split("\n")
      .at(-1),
  ).toBe("The last of 3 hops says that 10.77.3.2 cannot be reached");
});

const LARGE: Trace = { ...TRACE, largePacketBytes: 1500 };

test.each<[Trace, string]>([
  [LARGE, "Packets of 1500 bytes get as far as hop 1"],
  [{ ...LARGE, largePacketBytes: 9000 }, "Packets of 9000 bytes: nothing is known"],
  [
    { ...LARGE, vanishingPoint: { afterHop: 1, beforeHop: 3, unansweredCount: 6 } },
    "Packets of 1500 bytes vanish between hop 1 and hop 3: 6 sent, none answered",
  ],
  [
    { ...LARGE, vanishingPoint: { afterHop: 0, beforeHop: 1, unansweredCount: 9 } },
    "Packets of 1500 bytes vanish between this host and hop 1: 9 sent, none answered",
  ],
])("large packets: %#", (trace, line) => {
  const { text, document } = traceReport(trace);
  const { issues } = safeParse(documentSchemas.trace, document());
  expect([text().split("\n").at(-1), issues]).toEqual([line, undefined]);
});
