/**
 * Measures as `udp-echo probe` does, but stops twice until it reads a line: when the session is open,
 * before the first datagram of the run, and when the run is over, before the first request for the counts.
 * So the network between can be another one for the run than for what stands around it.
 */
import { createInterface } from "node:readline";
import type { DatagramSocket, OpenDatagramSocket, SocketOptions } from "@udp/core";
import { openBunSocket, systemClock } from "@udp/core";
import { probePacketType } from "../../src/probe/packet.ts";
import type { ProbePlanOptions } from "../../src/probe/plan.ts";
import { probePlan } from "../../src/probe/plan.ts";
import { createProbeSession } from "../../src/probe/planned-session.ts";
import { runPortably } from "../../src/probe/portable-engine.ts";
import { resultOf } from "../../src/probe/result.ts";
import { systemWallClock } from "../../src/wall-clock.ts";
import { socketWithSend } from "../socket-with-send.ts";

const [address = "", port = "", options = "{}"] = Bun.argv.slice(2);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

function gate(name: string, goOn: () => void): void {
  process.stdout.write(`${name}\n`);
  lines.next().then(goOn).catch(reportError);
}

/**
 * Holds back the answer that opens the session until there is one to every request, and sends no more of these
 * meanwhile; throws away requests for the counts, until it may go on.
 */
const openGatedSocket: OpenDatagramSocket = async (given: SocketOptions) => {
  let openCount = 0;
  let openedCount = 0;
  let mayClose: boolean | undefined;
  const onDatagram: SocketOptions["onDatagram"] = (payload, from, socket) => {
    if (probePacketType(payload) !== "opened") given.onDatagram(payload, from, socket);
    else if (++openedCount === openCount) {
      gate("opened", () => given.onDatagram(payload, from, socket));
    }
  };
  const socket = await openBunSocket({ ...given, onDatagram });
  const send: DatagramSocket["send"] = (payload, to) => {
    const type = probePacketType(payload);
    if (type === "open") {
      if (openedCount > 0) return true;
      openCount++;
    }
    if (mayClose || type !== "close") return socket.send(payload, to);
    if (mayClose === undefined) {
      mayClose = false;
      gate("over", () => {
        mayClose = true;
      });
    }
    return true;
  };
  return socketWithSend(socket, send);
};

const plan = probePlan(JSON.parse(options) satisfies ProbePlanOptions);
const target = { address, port: Number(port) };
const session = createProbeSession(target, plan, { wallClock: await systemWallClock() });
const run = { target, openSocket: openGatedSocket, clock: systemClock };
const place = await runPortably(session, run);
const { counts, forward, backward, lossPlaces } = resultOf(session, {
  ...place,
  plan,
  startedAt: new Date(),
  isClockSynchronised: false,
});
process.stdout.write(`${JSON.stringify({ counts, forward, backward, lossPlaces })}\n`);
process.exit();
