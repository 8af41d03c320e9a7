import { LabError } from "../errors.ts";
import type { LabHost } from "../network/host.ts";
import { RunningProgram } from "../program/running-program.ts";
import { checkBadLink } from "./bad-link.ts";
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

  /** Settles when the link carries frames. @throws LabError `LAB_BROKEN`. */
  static async start(node: LabHost, options: BadLinkOptions): Promise<LabLink> {
    const argv = node.commandFor([process.execPath, PROGRAM, encodeOptions(options)]);
    // In a session of its own, the link outlives the Ctrl-C that ends what it carries.
    const program = await RunningProgram.startChild(["setsid", ...argv], { hasInput: true });
    const link = new LabLink(program);
    await link.#nextLine();
    return link;
  }

  /** The process that carries the frames. */
  get pid(): number {
    return this.#program.pid;
  }

  /**
   * What the link has done so far, with everything that was sent before the call.
   *
   * @throws LabError `LAB_BROKEN` where the link is gone.
   */
  report(): Promise<LinkReport> {
    return this.#ask("");
  }

  /**
   * Other options from the next packet on; what is on its way stays so, and the counters go on.
   * Returns what the link had done by then.
   *
   * @throws UdpError `UDP_BAD_OPTION`; LabError `LAB_BROKEN` where the link is gone.
   */
  async configure(options: Omit<BadLinkOptions, "seed">): Promise<LinkReport> {
    checkBadLink(options); // here rather than in the other process
    return await this.#ask(encodeOptions(options));
  }

  /** One question at a time: each answer is one line. */
  #ask(line: string): Promise<LinkReport> {
    const answer = this.#lastAnswer.then(async () => {
      this.#program.writeLine(line);
      return JSON.parse(await this.#nextLine());
    });
    this.#lastAnswer = answer.catch(() => undefined);
    return answer;
  }

  async #nextLine(): Promise<string> {
    try {
      return await this.#program.nextLine();
    } catch (cause) {
      throw linkGone(cause);
    }
  }
}

function linkGone(cause: unknown): LabError {
  return new LabError("LAB_BROKEN", "the bad link is gone, and its counts with it", { cause });
}

/** JSON has no infinity. */
function encodeOptions(options: BadLinkOptions): string {
  return JSON.stringify(options, (_key, value) =>
    value === Number.POSITIVE_INFINITY ? Number.MAX_VALUE : value,
  );
}
