import { describe, expect, test } from "bun:test";
import { msToNs } from "@udp/core";
import { EvictingCache, HastyCache } from "./at-most-once/broken-caches.ts";
import { explore } from "./at-most-once/explore.ts";
import { LIMITS } from "./at-most-once/places.ts";
import type { Scenario } from "./at-most-once/scenario.ts";

// A client that makes two requests at one moment, with two tries for each, and its server. Of the
// datagrams of both sides the first so many arrive at any time, in any order, or never, and one of them
// arrives once more; handlers finish at any time; the server is started anew once, at any time. Timers
// expire when they are due. Datagrams past the bound arrive at once (`lost`: never). All this is over
// before anything is forgotten or expires: what that leaves out, the simulation shows.

/** The long verification asks for more. */
const IS_LONG = Bun.env.AT_MOST_ONCE === "long";

const PLAIN: Scenario = {
  knownBoot: "none",
  requiresCookie: false,
  room: "ample",
  answers: "small",
  tail: "delivered",
};

/** How many datagrams are free to do as they like, usually and in the long verification. */
type Bounds = readonly [number, number];

const SCENARIOS: readonly (readonly [string, Partial<Scenario>, Bounds])[] = [
  ["a server that is not known", {}, [5, 7]],
  ["one that requires a cookie", { requiresCookie: true }, [5, 7]],
  ["one with room for one request at a time", { room: "one" }, [5, 6]],
  ["one whose answers need a cookie", { answers: "large" }, [4, 6]],
  ["one that is known", { knownBoot: "current" }, [5, 7]],
  ["one that is known, without room", { knownBoot: "current", room: "none" }, [6, 7]],
  ["one that is known, with large answers", { knownBoot: "current", answers: "large" }, [4, 6]],
  ["one that was started anew", { knownBoot: "outdated" }, [6, 7]],
  ["one that was, and requires a cookie", { knownBoot: "outdated", requiresCookie: true }, [5, 7]],
  ["one that was, with little room", { knownBoot: "outdated", room: "one" }, [5, 7]],
  ["one that was, with large answers", { knownBoot: "outdated", answers: "large" }, [4, 6]],
  ["one that is not heard past the bound", { tail: "lost" }, [3, 5]],
];

const TIMEOUT_MS = 600_000;

describe("whatever happens, at most once, no wrong answer, and an end", () => {
  test.each(SCENARIOS)(
    "%s",
    (title, differences, [usual, long]) => {
      const datagrams = IS_LONG ? long : usual;
      const scenario = { ...PLAIN, ...differences };
      const startedAtNs = Bun.nanoseconds();
      const found = explore(scenario, { datagrams, copies: 1, restarts: 1 });
      const seconds = ((Bun.nanoseconds() - startedAtNs) / 1e9).toFixed(1);
      const { stateCount, scheduleCount, endings } = found;
      console.log(
        `${title}: ${datagrams} datagrams, ${stateCount} states, ${scheduleCount} schedules, ${seconds} s`,
      );
      // Where nothing comes past the bound, what can come of it is a matter of the bound.
      const hint = scenario.tail === "lost" ? `${datagrams} datagrams` : "";
      expect([...endings].sort()).toMatchSnapshot(hint);
    },
    TIMEOUT_MS,
  );
});

test.each(SCENARIOS.filter(([, { tail, room }]) => tail !== "lost" && room !== "none"))(
  "%s, and nothing goes wrong: both requests are carried out and heard of",
  (_title, differences) => {
    const { endings } = explore(
      { ...PLAIN, ...differences },
      { datagrams: 0, copies: 0, restarts: 0 },
    );
    expect([...endings]).toEqual(["answered, RELIABLE_HANDLER_FAILED"]);
  },
);

test.each(SCENARIOS)(
  "%s: worlds that are taken for one have as many schedules",
  (_title, differences) => {
    const scenario = { ...PLAIN, ...differences };
    const bound = { datagrams: 2, copies: 1, restarts: 1 };
    const one = explore(scenario, bound);
    const each = explore(scenario, bound, false);
    expect([one.scheduleCount, one.endings]).toEqual([each.scheduleCount, each.endings]);
    expect(one.stateCount).toBeLessThan(each.stateCount);
  },
);

describe("a memory that is broken is seen", () => {
  const bound = { datagrams: 4, copies: 1, restarts: 0 };
  const lifetimeNs = msToNs(LIMITS.lifetimeMs);

  test.each([
    ["it evicts", () => new EvictingCache(lifetimeNs, 1)],
    ["it forgets what is answered", () => new HastyCache(lifetimeNs, {})],
  ])("%s", (_title, createCache) => {
    expect(() => explore({ ...PLAIN, createCache }, bound)).toThrow(
      "carried out twice by one server",
    );
  });
});
