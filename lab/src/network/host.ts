import { addressFamily } from "@udp/core";
import { Capture } from "../capture/capture.ts";
import { LabError } from "../errors.ts";
import type { ForegroundOptions } from "../program/foreground.ts";
import { runInForeground } from "../program/foreground.ts";
import type { Outcome, ProgramOptions } from "../program/running-program.ts";
import { RunningProgram } from "../program/running-program.ts";
import type { Sandbox } from "./sandbox.ts";

/** A node of the network: a host, a router or a switch. Programs run there as root of the lab. */
export class LabHost {
  readonly name: string;
  /** Its own addresses, those on its loopback interface first; the IPv6 ones of one link left out. */
  readonly addresses: readonly string[];
  readonly #sandbox: Sandbox;

  constructor(sandbox: Sandbox, name: string, addresses: readonly string[]) {
    this.#sandbox = sandbox;
    this.name = name;
    this.addresses = addresses;
  }

  /** Its first IPv4 address. @throws LabError `LAB_UNKNOWN_NAME` where it has none. */
  get ipv4(): string {
    return this.#addressOf(4);
  }

  /** Its first IPv6 address. @throws LabError `LAB_UNKNOWN_NAME` where it has none. */
  get ipv6(): string {
    return this.#addressOf(6);
  }

  /**
   * Runs a program to its end.
   *
   * @throws LabError `LAB_COMMAND_FAILED` where it does not end with 0; see {@link spawn} for that.
   */
  async run(argv: readonly string[], options?: ProgramOptions): Promise<Outcome> {
    await using program = await this.spawn(argv, options);
    const outcome = await program.end();
    if (outcome.code === 0) return outcome;
    throw new LabError(
      "LAB_COMMAND_FAILED",
      `${argv.join(" ")} at ${this.name}: exit ${outcome.code}: ${outcome.stderr.trim()}`,
    );
  }

  /** Starts a program, which ends with the lab at the latest. */
  spawn(argv: readonly string[], options?: ProgramOptions): Promise<RunningProgram> {
    return RunningProgram.startChild(this.commandFor(argv), options);
  }

  /**
   * Captures what passes an interface, with tcpdump; settles when it has begun.
   *
   * @param filter as tcpdump takes it: `udp port 1060`.
   * @param interfaceName the end of a cable; default `e0`.
   * @throws LabError `LAB_COMMAND_FAILED` with what tcpdump says.
   */
  capture(filter: string, interfaceName = "e0"): Promise<Capture> {
    return Capture.start(this, filter, interfaceName);
  }

  /**
   * Runs a program on the input and output of this process, to its end. Where that is a terminal,
   * the program has it for itself, Ctrl-C included; SIGINT and SIGTERM for this process are passed on.
   *
   * @returns its exit code, as shells count: 128 and the signal's number where a signal ended it.
   */
  runInForeground(argv: readonly string[], options?: ForegroundOptions): Promise<number> {
    const commandWith = (waiter: readonly string[]): string[] =>
      this.#sandbox.commandAt(this.name, argv, waiter);
    return runInForeground(commandWith, options);
  }

  /** The command that runs a program here, for those who start it by themselves. */
  commandFor(argv: readonly string[]): string[] {
    return this.#sandbox.commandAt(this.name, argv);
  }

  #addressOf(family: 4 | 6): string {
    const address = this.addresses.find((candidate) => addressFamily(candidate) === family);
    if (address !== undefined) return address;
    throw new LabError("LAB_UNKNOWN_NAME", `${this.name} has no IPv${family} address`);
  }
}
