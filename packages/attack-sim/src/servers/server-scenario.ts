import type { Endpoint } from "@udp/core";

/** What a server is found to be: `unknown` where it did not answer what it was asked. */
export type ServerVerdict = "safe" | "dangerous" | "unknown";

/** What one scenario found out about one server. */
export interface Finding {
  readonly verdict: ServerVerdict;
  /** What was seen, in a few words with its figure. */
  readonly seen: string;
  /** That figure, where there is one; what it is {@link ServerScenario.figure} says. */
  readonly figure?: number;
}

/** A server on the loopback, and what is known of it. */
export interface Subject {
  readonly endpoint: Endpoint;
  /** Its process, whose memory is looked at; `undefined` where it cannot be found. */
  readonly pid: number | undefined;
  /** What it answers when nothing is wrong. */
  readonly question: Uint8Array;
}

/** One way to make a server a weapon, or to put it out of action. */
export interface ServerScenario {
  /** As it is called on the command line. */
  readonly name: string;
  /** What it is, in a few words. */
  readonly title: string;
  /** How it goes. */
  readonly story: string;
  /** What helps. */
  readonly remedy: string;
  /** Where it happened, or is written down. */
  readonly reference: string;
  /** What is measured; `undefined` where it is life or death. */
  readonly figure?: string;
  /** The careless server that shows it: a program of `defences/naive`. */
  readonly naive: "length-server" | "help-server" | "session-server";
  /** Tries it on a server; real datagrams, all on the loopback. */
  readonly examine: (subject: Subject) => Promise<Finding>;
}
