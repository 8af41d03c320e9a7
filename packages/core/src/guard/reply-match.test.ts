import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Endpoint } from "../address/endpoint.ts";
import type { ReplyMatcherOptions, ReplyPolicy, ReplyVerdict } from "./reply-match.ts";
import { ReplyMatcher } from "./reply-match.ts";

const server: Endpoint = { address: "192.0.2.1", port: 1060 };
const otherHost: Endpoint = { address: "192.0.2.2", port: 1060 };
const otherPort: Endpoint = { address: "192.0.2.1", port: 1061 };

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Reads `id=7`; anything else is unreadable. */
function readId(payload: Uint8Array): string | undefined {
  return /^id=(.*)$/.exec(new TextDecoder().decode(payload))?.[1];
}

function createMatcher(policy: ReplyPolicy, historySize?: number): ReplyMatcher {
  const options: ReplyMatcherOptions = { policy, server, readId };
  return new ReplyMatcher(historySize === undefined ? options : { ...options, historySize });
}

function answer(matcher: ReplyMatcher, id: string, from = server): ReplyVerdict {
  return matcher.judge(bytes(`id=${id}`), from);
}

describe("where a reply comes from", () => {
  test.each<[ReplyPolicy, readonly ReplyVerdict[]]>([
    ["any", ["accepted", "accepted", "accepted"]],
    ["source", ["wrong-address", "wrong-port", "accepted"]],
    ["id", ["accepted", "accepted", "accepted"]],
    ["source+id", ["wrong-address", "wrong-port", "accepted"]],
  ])("under %p, from another host, another port and the server: %p", (policy, expected) => {
    const verdicts = [otherHost, otherPort, server].map((from) => {
      const matcher = createMatcher(policy);
      matcher.expect(policy.endsWith("id") ? "7" : undefined);
      return answer(matcher, "7", from);
    });
    expect(verdicts).toEqual([...expected]);
  });

  test("is judged before what it says, and finishes nothing", () => {
    const matcher = createMatcher("source+id");
    matcher.expect("7");
    const verdicts = [answer(matcher, "7", otherHost), answer(matcher, "7")];
    expect(verdicts).toEqual(["wrong-address", "accepted"]);
  });

  test.each<ReplyPolicy>(["any", "source"])("is all that %p asks for: no identifier", (policy) => {
    const matcher = createMatcher(policy);
    matcher.expect();
    const verdicts = [matcher.judge(bytes("junk"), server), matcher.judge(bytes("junk"), server)];
    matcher.expect();
    matcher.abandon();
    verdicts.push(matcher.judge(bytes("junk"), server));
    expect(verdicts).toEqual(["accepted", "duplicate", "late"]);
  });
});

describe("what identifier it carries", () => {
  test("decides among all verdicts from the right endpoint, and each is counted", () => {
    const matcher = createMatcher("source+id");
    matcher.expect("1");
    matcher.expect("2");
    matcher.abandon("2");
    const verdicts = [
      answer(matcher, "3"),
      answer(matcher, "1"),
      answer(matcher, "1"),
      answer(matcher, "2"),
      matcher.judge(bytes("no identifier"), server),
      answer(matcher, "1", otherPort),
      answer(matcher, "1", otherHost),
    ];
    expect(verdicts).toEqual([
      "wrong-id",
      "accepted",
      "duplicate",
      "late",
      "malformed",
      "wrong-port",
      "wrong-address",
    ]);
    expect(matcher.counts).toEqual({
      accepted: 1,
      duplicate: 1,
      late: 1,
      malformed: 1,
      "wrong-address": 1,
      "wrong-id": 1,
      "wrong-port": 1,
    });
    expect(matcher.nearMissCount).toBe(1);
  });

  test("may be any of those that wait, in any order", () => {
    const matcher = createMatcher("source+id");
    for (const id of ["1", "2", "3"]) matcher.expect(id);
    const verdicts = ["3", "1", "2"].map((id) => answer(matcher, id));
    expect(verdicts).toEqual(["accepted", "accepted", "accepted"]);
  });

  test("waits again where it is used again", () => {
    const matcher = createMatcher("source+id");
    matcher.expect("1");
    answer(matcher, "1");
    matcher.expect("1");
    expect([answer(matcher, "1"), answer(matcher, "1")]).toEqual(["accepted", "duplicate"]);
  });

  test("stays answered where the request is given up afterwards", () => {
    const matcher = createMatcher("source+id");
    matcher.expect("1");
    answer(matcher, "1");
    matcher.abandon("1");
    matcher.abandon("never sent");
    const verdicts = [answer(matcher, "1"), answer(matcher, "never sent")];
    expect(verdicts).toEqual(["duplicate", "wrong-id"]);
  });
});

describe("the history", () => {
  test("keeps the requests that finished last", () => {
    const matcher = createMatcher("source+id", 2);
    for (const id of ["1", "2", "3"]) {
      matcher.expect(id);
      answer(matcher, id);
    }
    const verdicts = ["1", "2", "3"].map((id) => answer(matcher, id));
    expect(verdicts).toEqual(["wrong-id", "duplicate", "duplicate"]);
  });

  test("counts an identifier that was used again from when it finished last", () => {
    const matcher = createMatcher("source+id", 2);
    for (const id of ["1", "2", "1", "3"]) {
      matcher.expect(id);
      answer(matcher, id);
    }
    const verdicts = ["1", "2", "3"].map((id) => answer(matcher, id));
    expect(verdicts).toEqual(["duplicate", "wrong-id", "duplicate"]);
  });

  test("holds 1024 requests where nothing else is said", () => {
    const matcher = createMatcher("source+id");
    for (let id = 0; id <= 1024; id++) {
      matcher.expect(String(id));
      matcher.abandon(String(id));
    }
    expect([answer(matcher, "0"), answer(matcher, "1")]).toEqual(["wrong-id", "late"]);
  });

  test("may hold none", () => {
    const matcher = createMatcher("source+id", 0);
    matcher.expect("1");
    expect([answer(matcher, "1"), answer(matcher, "1")]).toEqual(["accepted", "wrong-id"]);
  });
});

type Step = readonly [action: "expect" | "abandon" | "answer", id: string];

/** The rule in its plainest form: a list of finished requests, cut from its old end. */
class PlainMatcher {
  readonly waiting: string[] = [];
  finished: (readonly [id: string, verdict: "duplicate" | "late"])[] = [];
  readonly #historySize: number;

  constructor(historySize: number) {
    this.#historySize = historySize;
  }

  take([action, id]: Step): ReplyVerdict | undefined {
    if (action === "expect") return this.#expect(id);
    const index = this.waiting.indexOf(id);
    if (index < 0) return action === "answer" ? this.#finishedVerdict(id) : undefined;
    this.waiting.splice(index, 1);
    this.finished.push([id, action === "answer" ? "duplicate" : "late"]);
    this.finished = this.finished.slice(-this.#historySize);
    return action === "answer" ? "accepted" : undefined;
  }

  #expect(id: string): undefined {
    this.finished = this.finished.filter(([finishedId]) => finishedId !== id);
    if (!this.waiting.includes(id)) this.waiting.push(id);
  }

  #finishedVerdict(id: string): ReplyVerdict {
    return this.finished.find(([finishedId]) => finishedId === id)?.[1] ?? "wrong-id";
  }
}

describe("properties", () => {
  const steps = fc.array(
    fc.tuple(fc.constantFrom<Step[0]>("expect", "abandon", "answer"), fc.nat(4).map(String)),
    { minLength: 20, maxLength: 80 },
  );

  test("any run of requests and answers is judged as the plain model judges it", () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 6 }), (run, historySize) => {
        const matcher = createMatcher("source+id", historySize);
        const model = new PlainMatcher(historySize);
        for (const step of run) {
          const [action, id] = step;
          const expected = model.take(step);
          if (action === "answer") expect(answer(matcher, id)).toBe(expected ?? "accepted");
          else matcher[action](id);
        }
      }),
    );
  });

  test("no request is answered twice, whatever arrives from wherever", () => {
    const froms = fc.constantFrom(server, otherHost, otherPort);
    const arrivals = fc.array(fc.tuple(fc.nat(5).map(String), froms), { maxLength: 60 });
    fc.assert(
      fc.property(arrivals, fc.nat(5), (run, requestCount) => {
        const matcher = createMatcher("source+id");
        for (let id = 0; id < requestCount; id++) matcher.expect(String(id));
        const accepted = run.filter(([id, from]) => answer(matcher, id, from) === "accepted");
        const ids = accepted.map(([id]) => id);
        expect(ids).toEqual([...new Set(ids)]);
        expect(accepted.every(([id, from]) => Number(id) < requestCount && from === server)).toBe(
          true,
        );
        expect(matcher.counts.accepted).toBe(ids.length);
      }),
    );
  });
});

describe("options out of range are UDP_BAD_OPTION", () => {
  test.each<[string, unknown]>([
    ["another policy", { policy: "address", server }],
    ["no policy", { server }],
    ["a negative history", { policy: "source", server, historySize: -1 }],
    ["half a request", { policy: "source", server, historySize: 0.5 }],
    ["no number", { policy: "source", server, historySize: Number.NaN }],
  ])("%s", (_name, options) => {
    expect(() => new ReplyMatcher(options as ReplyMatcherOptions)).toThrow(
      expect.objectContaining({ code: "UDP_BAD_OPTION" }),
    );
  });
});

test("without identifiers, what comes before any request is late, and no near miss", () => {
  const matcher = new ReplyMatcher({
    policy: "source",
    server: { address: "127.0.0.1", port: 1060 },
  });
  const verdict = matcher.judge(new Uint8Array(1), { address: "127.0.0.1", port: 1060 });
  expect({ verdict, nearMissCount: matcher.nearMissCount }).toEqual({
    verdict: "late",
    nearMissCount: 0,
  });
});

describe("what is not the last word", () => {
  test("may be believed as often as it comes, and is counted where it may not", () => {
    const matcher = createMatcher("source+id");
    matcher.expect("7");
    const interim = (id: string, from = server): ReplyVerdict =>
      matcher.judgeInterim(bytes(`id=${id}`), from);
    const verdicts = [interim("7"), interim("7"), interim("8"), interim("7", otherPort)];
    verdicts.push(answer(matcher, "7"), interim("7"), answer(matcher, "7"));
    expect(verdicts).toEqual([
      ...["accepted", "accepted", "wrong-id", "wrong-port"],
      ...["accepted", "duplicate", "duplicate"],
    ] as ReplyVerdict[]);
    expect(matcher.counts).toMatchObject({
      accepted: 1,
      "wrong-id": 1,
      "wrong-port": 1,
      duplicate: 2,
    });
  });
});
