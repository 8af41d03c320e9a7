import type { ResponseCache } from "../../src/response-cache.ts";

/** What a world begins with, and what its server is like. */
export interface Scenario {
  /** Which server the client knows at first: none, the one that runs, or the one before it. */
  readonly knownBoot: "none" | "current" | "outdated";
  readonly requiresCookie: boolean;
  /** `one`: while one request is being carried out there is no room for another. `none`: as before. */
  readonly room: "ample" | "one" | "none";
  /** `large`: only who has a cookie may be sent them. */
  readonly answers: "small" | "large";
  /** What becomes of the datagrams past the bound. */
  readonly tail: "delivered" | "lost";
  /** Default: the real one. */
  readonly createCache?: () => ResponseCache;
}

/** How much can go wrong in a world. */
export interface Bound {
  /** The first so many datagrams, both directions counted, arrive at any time, in any order, or never. */
  readonly datagrams: number;
  /** So many of them arrive once more. */
  readonly copies: number;
  /** So often the server is started anew, at any time. */
  readonly restarts: number;
}
