/**
 * Carries frames between two interfaces of one network namespace over a bad link: started by
 * {@link LabLink}, a process of its own. The first argument holds {@link BadLinkOptions} as JSON.
 *
 * It says `ready` when it carries frames. Then each line that it reads is other options, or empty;
 * it follows them and answers with a {@link LinkReport}. It ends with its input.
 */
import { readSync, writeSync } from "node:fs";
import { OFFLOAD_HEADER_BYTES, PacketSocket, ReadableWait } from "@udp/core/linux";
import { LINK_PORTS } from "../plan/bad-cables.ts";
import type { Way } from "./bad-link.ts";
import { BadLink } from "./bad-link.ts";
import { ipPacketBytes } from "./frame.ts";
import type { LinkReport, WayReport } from "./link-report.ts";

const STDIN = 0;
const STDOUT = 1;
const BATCH_FRAMES = 64;

/** More frames than a socket's buffer holds, so that what had arrived before is among them. */
const MAX_BATCHES = 128;

/** Frames from one interface to the other. */
class Carrier {
  readonly #way: Way;
  readonly #link: BadLink;
  readonly #from: PacketSocket;
  readonly #to: PacketSocket;
  #housekeepingCount = 0;
  #unsentCount = 0;

  constructor(way: Way, link: BadLink, from: PacketSocket, to: PacketSocket) {
    this.#way = way;
    this.#link = link;
    this.#from = from;
    this.#to = to;
  }

  /** Takes what has arrived into the link; `false` where there was more than fits in one go. */
  takeArrived(): boolean {
    for (let count = 0; count < BATCH_FRAMES; count++) {
      const frame = this.#from.receive();
      if (frame === undefined) return true;
      this.#take(frame);
    }
    return false;
  }

  get report(): WayReport {
    return {
      ...this.#link.counters(this.#way),
      housekeeping: this.#housekeepingCount,
      missed: this.#from.dropCount,
      unsent: this.#unsentCount,
    };
  }

  #take(frame: Uint8Array): void {
    const packetBytes = ipPacketBytes(frame.subarray(OFFLOAD_HEADER_BYTES));
    if (packetBytes !== undefined) {
      this.#link.send(this.#way, packetBytes, Bun.nanoseconds(), () => this.#pass(frame));
      return;
    }
    this.#housekeepingCount++;
    this.#pass(frame);
  }

  #pass(frame: Uint8Array): void {
    if (!this.#to.send(frame)) this.#unsentCount++;
  }
}

const link = new BadLink(JSON.parse(process.argv[2] ?? "{}"));
const near = new PacketSocket(LINK_PORTS.near);
const far = new PacketSocket(LINK_PORTS.far);
const carriers = {
  forward: new Carrier("forward", link, near, far),
  backward: new Carrier("backward", link, far, near),
};
const input = new Uint8Array(64 * 1024);
const decoder = new TextDecoder();
let unfinishedLine = "";
const wait = new ReadableWait([STDIN, near.fd, far.fd]);

say("ready");
do {
  waitForNext();
  carryArrived();
} while (!wait.isReadable(0) || obey());

function waitForNext(): void {
  const deadlineNs = link.nextDeadlineNs();
  wait.wait(deadlineNs === undefined ? undefined : Math.max(0, deadlineNs - Bun.nanoseconds()));
}

/** Everything that has arrived by now, and under a flood not much more. */
function carryArrived(): void {
  const { forward, backward } = carriers;
  for (let batches = 0; batches < MAX_BATCHES; batches++) {
    const areEmpty = [forward.takeArrived(), backward.takeArrived()];
    link.deliverDue(Bun.nanoseconds());
    if (areEmpty.every((isEmpty) => isEmpty)) return;
  }
}

/** Does what the lines that have come say; `false` where no more will come. */
function obey(): boolean {
  const bytes = readSync(STDIN, input);
  const lines = decoder.decode(input.subarray(0, bytes), { stream: true }).split("\n");
  lines[0] = unfinishedLine + (lines[0] ?? "");
  unfinishedLine = lines.pop() ?? "";
  for (const line of lines) {
    if (line !== "") link.configure(JSON.parse(line));
    const { forward, backward } = carriers;
    say(
      JSON.stringify({ forward: forward.report, backward: backward.report } satisfies LinkReport),
    );
  }
  return bytes > 0;
}

function say(line: string): void {
  writeSync(STDOUT, `${line}\n`);
}
