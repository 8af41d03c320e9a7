import type { LabHost } from "../network/host.ts";
import { RunningProgram } from "../program/running-program.ts";
import { BadLink } from "./bad-link.ts";
import type { BadLinkOptions } from "./bad-link-options.ts";
import type { LinkReport } from "./link-report.ts";

const PROGRAM = Bun.fileURLToPath(import.meta.resolve("./link-program.ts"));

/** A bad link of the lab, carried by a process of its own. */
export class LabLink {
  readonly #program: RunningProgram;
  #lastAnswer: Promise<unknown> = Promise.resolve();

  private constructor(program: RunningProgram) {
    this.#program = program;
  }

  /** Settles when the link carries frames. @throws UdpError `UDP_BAD_OPTION`. */
  static async start(node: LabHost, options: BadLinkOptions): Promise<LabLink> {
    const argv = node.commandFor([process.execPath, PROGRAM, encodeOptions(options)]);
    // In a session of its own, the link outlives the Ctrl-C that ends what it carries.
    const program = await RunningProgram.startChild(["setsid", ...argv], { hasInput: true });
    await program.nextLine();
    return new LabLink(program);
  }

  /** What the link has done so far, with everything that was sent before the call. */
  report(): Promise<LinkReport> {
    return this.#ask("");
  }

  /**
   * Other options from the next packet on; what is on its way stays so, and the counters go on.
   * Returns what the link had done by then.
   *
   * @throws UdpError `UDP_BAD_OPTION`.
   */
  async configure(options: Omit<BadLinkOptions, "seed">): Promise<LinkReport> {
    return await this.#ask(encodeOptions(options));
  }

  /** One question at a time: each answer is one line. */
  #ask(line: string): Promise<LinkReport> {
    const answer = this.#lastAnswer.then(async () => {
      this.#program.writeLine(line);
      return JSON.parse(await this.#program.nextLine());
    });
    this.#lastAnswer = answer.catch(() => undefined);
    return answer;
  }
}

/** @throws UdpError `UDP_BAD_OPTION`, here rather than in the other process. */
function encodeOptions(options: BadLinkOptions): string {
  new BadLink(options);
  // JSON has no infinity.
  return JSON.stringify(options, (_key, value) =>
    value === Number.POSITIVE_INFINITY ? Number.MAX_VALUE : value,
  );
}
