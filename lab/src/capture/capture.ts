import { LabError } from "../errors.ts";
import type { LabHost } from "../network/host.ts";
import type { RunningProgram } from "../program/running-program.ts";
import type { CapturedDatagram } from "./captured-datagram.ts";
import { datagramInFrame } from "./captured-datagram.ts";
import { decodePcap } from "./pcap.ts";

/** A frame that passed an interface, in either direction. */
export interface CapturedPacket {
  /** Milliseconds since 1970, to the microsecond, by the clock of this machine. */
  readonly capturedAtMs: number;
  /** From the Ethernet header on, at most 9216 bytes. A UDP checksum that an interface was to compute is not in it yet. */
  readonly frame: Uint8Array;
  /** `undefined` for a fragment and for anything but UDP. */
  readonly datagram: CapturedDatagram | undefined;
}

/**
 * The file is in the sandbox and goes away with it; what tcpdump says comes as stdout. The buffer
 * holds about 3,500 frames, a jumbo frame each.
 */
const SCRIPT = 'exec tcpdump --immediate-mode -U -s 9216 -B 32768 -i "$1" -w - "$2" 2>&1 >"$3"';

/** What tcpdump says of itself when it is sent SIGUSR1, and at its end. */
const STATISTICS =
  /(\d+) packets? captured, (\d+) packets? received by filter, (\d+) packets? dropped/;

interface Statistics {
  readonly capturedCount: number;
  readonly receivedCount: number;
  readonly droppedCount: number;
}

/** A capture that is under way. */
export class Capture implements AsyncDisposable {
  readonly #host: LabHost;
  readonly #file: string;
  readonly #tcpdump: RunningProgram;
  /** What came between the opening and the filter: received, and not to be captured. */
  #unfilteredCount = 0;
  #isOver = false;

  private constructor(host: LabHost, file: string, tcpdump: RunningProgram) {
    this.#host = host;
    this.#file = file;
    this.#tcpdump = tcpdump;
  }

  /** Settles when the capture has begun. */
  static async start(host: LabHost, filter: string, interfaceName: string): Promise<Capture> {
    const file = `/run/capture-${crypto.randomUUID()}`;
    const tcpdump = await host.spawn(["sh", "-c", SCRIPT, "sh", interfaceName, filter, file]);
    const capture = new Capture(host, file, tcpdump);
    const line = await tcpdump.nextLine();
    if (line.includes("listening on")) {
      await capture.#begin();
      return capture;
    }
    await capture[Symbol.asyncDispose]();
    throw new LabError("LAB_COMMAND_FAILED", `no capture at ${host.name}: ${line}`);
  }

  /**
   * Ends the capture and returns everything that had passed by then.
   *
   * @throws LabError `LAB_COMMAND_FAILED` where the capture has gaps, or is over.
   */
  async stop(): Promise<CapturedPacket[]> {
    if (this.#isOver) throw new LabError("LAB_COMMAND_FAILED", "the capture is over");
    this.#isOver = true;
    await this.#untilAllIsWritten();
    await this.#tcpdump.end("SIGINT");
    const { stdout } = await this.#host.run(["base64", this.#file]);
    return decodePcap(Buffer.from(stdout, "base64")).map((packet) => ({
      ...packet,
      datagram: datagramInFrame(packet.frame),
    }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await this.#tcpdump[Symbol.asyncDispose]();
  }

  async #begin(): Promise<void> {
    const { receivedCount, capturedCount } = await this.#statistics();
    this.#unfilteredCount = receivedCount - capturedCount;
  }

  /** The kernel's count of packets says when tcpdump has caught up. */
  async #untilAllIsWritten(): Promise<void> {
    for (;;) {
      const { capturedCount, receivedCount, droppedCount } = await this.#statistics();
      if (droppedCount > 0) {
        throw new LabError("LAB_COMMAND_FAILED", `the capture missed ${droppedCount} packets`);
      }
      if (capturedCount + this.#unfilteredCount >= receivedCount) return;
    }
  }

  async #statistics(): Promise<Statistics> {
    process.kill(this.#tcpdump.pid, "SIGUSR1");
    for (;;) {
      const counts = STATISTICS.exec(await this.#tcpdump.nextLine());
      if (counts === null) continue;
      const [capturedCount = 0, receivedCount = 0, droppedCount = 0] = counts.slice(1).map(Number);
      return { capturedCount, receivedCount, droppedCount };
    }
  }
}
