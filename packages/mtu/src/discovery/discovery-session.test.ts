import { describe, expect, test } from "bun:test";
import { seededRandom } from "@udp/core";
import fc from "fast-check";
import type { Model } from "../../test/model-path.ts";
import {
  INTERFACE_MTU_BYTES,
  ModelPath,
  REFLECTOR,
  ROUTER,
  RTT_NS,
  tooBig,
} from "../../test/model-path.ts";
import { judge } from "../verdict.ts";
import type { Findings } from "./discovery-session.ts";
import { DiscoverySession } from "./discovery-session.ts";

function startSession(kernelPathMtuBytes: () => number, nowNs = 0): DiscoverySession {
  const options = {
    family: 4,
    interfaceMtuBytes: INTERFACE_MTU_BYTES,
    isSequential: false,
  } as const;
  return new DiscoverySession({ ...options, kernelPathMtuBytes, random: seededRandom(7) }, nowNs);
}

function measure(model: Model): Findings {
  const path = new ModelPath(model);
  const session = startSession(() => path.kernelPathMtuBytes);
  path.run(session);
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

test("a router's word that comes late is still heard", () => {
  const late = { forwardBytes: 1400, backwardBytes: 1400, saysTooBig: true, tooBigDelayNs: 90e6 };
  const findings = measure(late);
  expect([judge(findings), findings.packetsTooBig[0]?.mtuBytes]).toEqual(["icmp", 1400]);
});

test("what the kernel still believes of a path that has grown says nothing of fragments", () => {
  const path = new ModelPath({ forwardBytes: 1400, backwardBytes: 1400, saysTooBig: true });
  path.run(startSession(() => path.kernelPathMtuBytes));
  path.change({ forwardBytes: 1500, backwardBytes: 1500, passesFragments: false });
  const session = startSession(() => path.kernelPathMtuBytes, path.nowNs);
  path.run(session);
  expect(judge(session.findings)).toBe("fragments-dropped");
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
