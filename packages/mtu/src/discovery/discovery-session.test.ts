import { describe, expect, test } from "bun:test";
import type { Endpoint } from "@udp/core";
import { ReplyGuard, seededRandom } from "@udp/core";
import type { SocketError } from "@udp/core/linux";
import fc from "fast-check";
import { packetBytesOf } from "../packet-size.ts";
import type { Transmission } from "../phase.ts";
import { ReflectorSession } from "../reflector-session.ts";
import { judge } from "../verdict.ts";
import type { Findings } from "./discovery-session.ts";
import { DiscoverySession } from "./discovery-session.ts";

const CLIENT: Endpoint = { address: "10.77.1.1", port: 40_000 };
const REFLECTOR: Endpoint = { address: "10.77.3.2", port: 1060 };
const ROUTER = "10.77.2.1";
const INTERFACE_MTU_BYTES = 1500;
const RTT_NS = 10_000_000;

/** What lies between the client and the reflector. */
interface Model {
  readonly forwardBytes: number;
  readonly backwardBytes: number;
  readonly saysTooBig?: boolean;
  readonly cutsPackets?: boolean;
  readonly passesFragments?: boolean;
}

/** What comes to the client in one round trip, at its end. */
type Arrival = (session: DiscoverySession, nowNs: number) => void;

/** A path without loss, to a reflector that answers everything. */
class ModelPath {
  readonly #model: Required<Model>;
  readonly #reflector: ReflectorSession;
  #kernelPathMtuBytes = INTERFACE_MTU_BYTES;

  constructor(model: Model) {
    this.#model = { saysTooBig: false, cutsPackets: true, passesFragments: true, ...model };
    const limits = { ratePerSource: "none", rateTotal: "none" } as const;
    const guard = new ReplyGuard({ ...limits, local: REFLECTOR, isOwnReply: () => false });
    this.#reflector = new ReflectorSession({ guard, budgetBytes: 1e9, random: seededRandom(1) });
  }

  get kernelPathMtuBytes(): number {
    return this.#kernelPathMtuBytes;
  }

  carry({ payload, mayBeCut = false }: Transmission, nowNs: number): Arrival[] {
    const packetBytes = packetBytesOf(payload.byteLength, 4);
    if (packetBytes > INTERFACE_MTU_BYTES && !mayBeCut)
      throw new Error("larger than its interface");
    if (!this.#isCarried(packetBytes, mayBeCut))
      return this.#refuse(payload, packetBytes, mayBeCut);
    const { answer } = this.#reflector.receive(payload, CLIENT, nowNs);
    const isLost = packetBytesOf(answer?.payload.byteLength ?? 0, 4) > this.#model.backwardBytes;
    if (answer === undefined || isLost) return [];
    return [(session, atNs) => session.receive(answer.payload, atNs)];
  }

  #isCarried(packetBytes: number, mayBeCut: boolean): boolean {
    const { forwardBytes, cutsPackets, passesFragments } = this.#model;
    if (packetBytes <= forwardBytes) return true;
    const isCutInTime = this.#kernelPathMtuBytes <= forwardBytes || cutsPackets;
    return mayBeCut && passesFragments && isCutInTime;
  }

  #refuse(payload: Uint8Array, packetBytes: number, mayBeCut: boolean): Arrival[] {
    const { saysTooBig, forwardBytes } = this.#model;
    if (!saysTooBig || mayBeCut) return [];
    this.#kernelPathMtuBytes = forwardBytes;
    const error = tooBig(payload.subarray(0, packetBytes), forwardBytes);
    return [(session, atNs) => session.receiveError(error, atNs)];
  }
}

function tooBig(quotedPayload: Uint8Array, mtuBytes: number): SocketError {
  const icmp = { kind: "icmp", name: "EMSGSIZE", type: 3, code: 4 } as const;
  return { ...icmp, mtuBytes, offender: ROUTER, destination: REFLECTOR, quotedPayload };
}

function startSession(kernelPathMtuBytes: () => number): DiscoverySession {
  const options = {
    family: 4,
    interfaceMtuBytes: INTERFACE_MTU_BYTES,
    isSequential: false,
  } as const;
  return new DiscoverySession({ ...options, kernelPathMtuBytes, random: seededRandom(7) }, 0);
}

/** Runs a measurement in virtual time. */
function measure(model: Model): Findings {
  const path = new ModelPath(model);
  const session = startSession(() => path.kernelPathMtuBytes);
  let nowNs = 0;
  while (!session.isOver) {
    const arrivals = session.poll(nowNs).flatMap((one) => path.carry(one, nowNs));
    const deadlineNs = Math.max(nowNs, session.nextDeadlineNs() ?? nowNs);
    nowNs = arrivals.length > 0 ? nowNs + RTT_NS : deadlineNs;
    for (const arrive of arrivals) arrive(session, nowNs);
  }
  return session.findings;
}

describe("a measurement", () => {
  test("finds every limit of each way, whether routers say it or not", () => {
    const limit = fc.integer({ min: 68, max: INTERFACE_MTU_BYTES });
    fc.assert(
      fc.property(limit, limit, fc.boolean(), (forwardBytes, backwardBytes, saysTooBig) => {
        const findings = measure({ forwardBytes, backwardBytes, saysTooBig });
        const { pathMtuBytes, backwardMtuBytes } = findings;
        expect({ pathMtuBytes, backwardMtuBytes }).toEqual({
          pathMtuBytes: forwardBytes,
          backwardMtuBytes: backwardBytes,
        });
      }),
    );
  });

  test.each([
    ["clean", { forwardBytes: 1500, backwardBytes: 1500 }],
    ["icmp", { forwardBytes: 1400, backwardBytes: 1400, saysTooBig: true }],
    ["black-hole", { forwardBytes: 1400, backwardBytes: 1400 }],
    ["asymmetric", { forwardBytes: 1400, backwardBytes: 1500, saysTooBig: true }],
    ["fragments-dropped", { forwardBytes: 1500, backwardBytes: 1500, passesFragments: false }],
    ["not-measurable", { forwardBytes: 60, backwardBytes: 1500 }],
  ] as const)("%s", (verdict, model) => {
    expect(judge(measure(model))).toBe(verdict);
  });

  test.each([
    ["routers cut", true, true],
    ["nobody does", false, false],
  ])("of a silent path where %s what is too large", (_title, cutsPackets, doRoutersFragment) => {
    const findings = measure({ forwardBytes: 1400, backwardBytes: 1400, cutsPackets });
    expect(findings.doRoutersFragment).toBe(doRoutersFragment);
  });
});

describe("a stranger is not believed", () => {
  /** The first burst, and what an answer does to what is confirmed. */
  function confirmedAfter(change: (session: DiscoverySession, probe: Uint8Array) => void) {
    const session = startSession(() => INTERFACE_MTU_BYTES);
    const [first] = session.poll(0);
    change(session, first?.payload ?? new Uint8Array());
    return session.findings.pathMtuBytes;
  }

  test("whose answer has another nonce, another length, or another type", () => {
    const confirmed = [0, 15, 13].map((offset) =>
      confirmedAfter((session, probe) => {
        const forged = Uint8Array.from(probe);
        forged[offset] = (forged[offset] ?? 0) ^ 1;
        session.receive(forged, RTT_NS);
      }),
    );
    expect(confirmed).toEqual([undefined, undefined, undefined]);
  });

  test("who says that a port is closed, and is not the host that was asked", () => {
    const portClosed = (offender: string) =>
      confirmedAfter((session, quotedPayload) => {
        const icmp = { kind: "icmp", name: "ECONNREFUSED", type: 3, code: 3 } as const;
        const error = { ...icmp, mtuBytes: undefined, destination: REFLECTOR, quotedPayload };
        session.receiveError({ ...error, offender }, RTT_NS);
      });
    expect(portClosed(ROUTER)).toBeUndefined();
  });

  test("whose Packet Too Big quotes nothing of ours", () => {
    const session = startSession(() => INTERFACE_MTU_BYTES);
    session.poll(0);
    session.receiveError(tooBig(new Uint8Array(20), 1280), RTT_NS);
    session.receiveError(tooBig(new Uint8Array(7), 1280), RTT_NS);
    expect(session.findings.packetsTooBig).toEqual([]);
  });

  test("whatever bytes come", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (payload) => {
        expect(confirmedAfter((session) => session.receive(payload, RTT_NS))).toBeUndefined();
      }),
    );
  });
});
