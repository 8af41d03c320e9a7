/** What an attacker knows of the exchange, what it can send, and what it wants. */
export interface Attack {
  /** As it is called on the command line. */
  readonly name: string;
  /** What it is, in a few words. */
  readonly title: string;
  /** How it goes, and what the attacker must be able to do. */
  readonly story: string;
  /** What helps, and what does not. */
  readonly remedy: string;
  /** Where it happened, or is written down. */
  readonly reference: string;
  /**
   * Where its datagrams seem to come from: an address of the attacker's `own`, or the `server`'s,
   * forged or true.
   */
  readonly source: "own" | "server";
  /** Whether the attacker knows from which port the client asks, although that is random. */
  readonly knowsPort: boolean;
  /**
   * `seen`: it copies the id of the request. `guessed`: a different one in each datagram. `repeated`:
   * one guess in all of them. `earlier`: that of an earlier exchange.
   */
  readonly id: "seen" | "guessed" | "repeated" | "earlier";
  /**
   * `invented`: an answer of its own making. `late`: the server's answer to an earlier request, which
   * never arrived. `replayed`: one that did. `altered`: the server's answer to this request, changed
   * on its way. `too-big`: the claim that the request was too big for a link.
   */
  readonly content: "invented" | "late" | "replayed" | "altered" | "too-big";
  /** `one` datagram for each exchange, or as `many` as are allowed. */
  readonly datagrams: "one" | "many";
  /** How often it makes the client want the same answer at once. */
  readonly wantedCount: number;
  /** `belief`: that the client believes a lie. `denial`: that it does not come to believe the truth. */
  readonly aim: "belief" | "denial";
}
