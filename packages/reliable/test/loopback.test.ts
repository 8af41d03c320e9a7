import { describe, expect, test } from "bun:test";
import { getEventListeners } from "node:events";
import type { Clock, Endpoint } from "@udp/core";
import { msToNs, systemClock } from "@udp/core";
import { VirtualClock } from "@udp/core/simulation";
import { closedEndpoint, failureOf, Peer } from "@udp/lab/testing";
import type {
  IncomingRequest,
  RequesterOptions,
  RequestHandler,
  TransmissionCause,
} from "../src/index.ts";
import { createRequester, ImpairedSockets, requestPlainly, serveRequests } from "../src/index.ts";

const QUESTION = bytes("Is anybody there?");
const KEY = bytes("sixteen bytes...");

/** On a machine that is busy an answer may take its time, and nothing is sent again meanwhile. */
const PATIENT: RequesterOptions = {
  retransmission: { backoff: { initialMs: 30_000, attempts: 4 } },
};

const echo: RequestHandler = ({ payload }) => payload;

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function idOf(frame: Uint8Array): string {
  return Buffer.from(frame.subarray(8, 24)).toString("hex");
}

function text(payload: Uint8Array): string {
  return new TextDecoder().decode(payload);
}

function askAt({ address: host, port }: Endpoint, options: RequesterOptions = {}) {
  return createRequester({ host, port, ...options });
}

/** A handler that does not end before it is told to, and says when it began. */
class SlowHandler {
  readonly #begun = Promise.withResolvers<void>();
  readonly #end = Promise.withResolvers<string>();
  count = 0;

  readonly handle: RequestHandler = async () => {
    this.count++;
    this.#begun.resolve();
    return await this.#end.promise;
  };

  get begun(): Promise<void> {
    return this.#begun.promise;
  }

  end(answer: string): void {
    this.#end.resolve(answer);
  }
}

describe("a server and a requester", () => {
  test.each([
    ["IPv4", "127.0.0.1", "127.0.0.1"],
    ["all of IPv4", "0.0.0.0", "127.0.0.1"],
    ["IPv6", "::1", "::1"],
    ["both families, asked over IPv6", "::", "::1"],
    ["both families, asked over IPv4", "::", "127.0.0.1"],
  ])("%s", async (_title, address, host) => {
    await using server = await serveRequests(echo, { host: address, port: 0 });
    const { port } = server.local;
    await using requester = await createRequester({ host, port, ...PATIENT });
    const { payload, from, attempts } = await requester.request(QUESTION);
    expect([text(payload), from, attempts, requester.remote]).toEqual([
      "Is anybody there?",
      { address: host, port },
      1,
      { address: host, port },
    ]);
  });

  test.each(["rfc6298", "low-latency", "original"] as const)(
    "many requests at once, each its own answer: %s",
    async (retransmission) => {
      await using server = await serveRequests(echo, { port: 0 });
      await using requester = await askAt(server.local, { retransmission });
      const questions = Array.from({ length: 500 }, (_, index) => `question ${index}`);
      const answers = await Promise.all(
        questions.map((question) => requester.request(bytes(question))),
      );
      expect(answers.map(({ payload }) => text(payload))).toEqual(questions);
      expect(server.counters.executedCount).toBe(500);
      expect(requester.verdictCounts).toMatchObject({ accepted: 500, "wrong-id": 0 });
    },
  );

  test("one requester asks several servers, over both families", async () => {
    await using one = await serveRequests(() => "one", { port: 0 });
    await using other = await serveRequests(() => "other", { host: "::1", port: 0 });
    await using requester = await createRequester();
    const answers = await Promise.all(
      [one, other, one].map(({ local }) => requester.request(QUESTION, { to: local })),
    );
    expect(answers.map(({ payload, from }) => [text(payload), from])).toEqual([
      ["one", one.local],
      ["other", other.local],
      ["one", one.local],
    ]);
  });

  test("where half of all arrives, and that late and twice: carried out at most once", async () => {
    const link = { lossRatio: 0.5, delayMs: 2, jitterMs: 2, duplicateRatio: 0.5 };
    const { open: openSocket } = new ImpairedSockets({ link });
    const executed: string[] = [];
    const handler = ({ payload }: IncomingRequest): string => {
      executed.push(text(payload));
      return `carried out ${text(payload)}`;
    };
    await using server = await serveRequests(handler, { port: 0, openSocket });
    const backoff = { initialMs: 20, factor: 1, attempts: 100 };
    const window = { initialRequests: 16, maxRequests: 16 };
    await using requester = await askAt(server.local, { retransmission: { backoff, window } });
    const questions = Array.from({ length: 100 }, (_, index) => `number ${index}`);
    const answers = await Promise.all(
      questions.map((question) => requester.request(bytes(question))),
    );
    expect(answers.map(({ payload }) => text(payload))).toEqual(
      questions.map((question) => `carried out ${question}`),
    );
    expect(executed.toSorted()).toEqual(questions.toSorted());
    expect(server.counters.duplicateCount).toBeGreaterThan(0);
  });
});

describe("without an answer", () => {
  test("nobody listens: says so at once, of all requests", async () => {
    const closed = await closedEndpoint();
    // A clock that stands still: no wait can be what ends the requests.
    await using requester = await askAt(closed, { clock: new VirtualClock() });
    const failures = [QUESTION, QUESTION].map((payload) => failureOf(requester.request(payload)));
    const failure = {
      code: "RELIABLE_NOT_LISTENING",
      message: `Nothing is listening at 127.0.0.1:${closed.port}`,
    };
    expect(await Promise.all(failures)).toMatchObject([failure, failure]);
  });

  test("an address of a name where nobody listens is passed over", async () => {
    await using server = await serveRequests(echo, { port: 0 });
    const { port } = server.local;
    const lookUpName = async () => ["127.0.77.1", "127.0.77.2", "127.0.0.1"];
    await using requester = await createRequester({ host: "several", port, lookUpName });
    const pair = [requester.request("one"), requester.request("two")];
    const answers = (await Promise.all(pair)).map(({ payload }) => text(payload));
    expect([answers, requester.remote, requester.counters.believed.answer]).toEqual([
      ["one", "two"],
      server.local,
      2,
    ]);
  });

  test("nobody listens at any address of a name: says so of the last one", async () => {
    const { port } = await closedEndpoint();
    const lookUpName = async () => ["127.0.77.1", "127.0.77.2"];
    await using requester = await createRequester({ host: "several", port, lookUpName });
    expect(await failureOf(requester.request(QUESTION, { timeoutMs: 60_000 }))).toMatchObject({
      code: "RELIABLE_NOT_LISTENING",
      message: `Nothing is listening at 127.0.77.2:${port}`,
    });
  });

  test("closed while it moves on to another address: fails, and leaves no socket", async () => {
    const { port } = await closedEndpoint();
    const lookUpName = async () => ["127.0.77.1", "127.0.77.2"];
    const requester = await createRequester({ host: "several", port, lookUpName });
    const failed = requester.request(QUESTION).catch(({ code }) => code);
    requester.close();
    expect(["RELIABLE_CLOSED", "RELIABLE_NOT_LISTENING"]).toContain(await failed);
  });

  test("keepTrying: goes on where nobody listens, and reaches who listens at last", async () => {
    const { port } = await closedEndpoint();
    const backoff = { initialMs: 20, factor: 1, attempts: 1000 };
    await using requester = await askAt(
      { address: "127.0.0.1", port },
      { keepTrying: true, retransmission: { backoff } },
    );
    const sentTwice = Promise.withResolvers<void>();
    const asked = requester.request(QUESTION, {
      onTransmitted: (attempt) => {
        if (attempt === 2) sentTwice.resolve();
      },
    });
    await sentTwice.promise;
    await using _server = await serveRequests(echo, { port });
    expect(text((await asked).payload)).toBe("Is anybody there?");
  });

  test("silence: five datagrams at the lesson's moments, then it fails", async () => {
    await using server = await Peer.open();
    const clock = new VirtualClock();
    await using requester = await askAt(server.local, { clock, retransmission: "original" });
    const transmissions: [number, number, TransmissionCause][] = [];
    const asked = requester.request(QUESTION, {
      onTransmitted: (...transmission) => transmissions.push(transmission),
    });
    const failed = failureOf(asked);
    await clock.advanceBy(msToNs(3099));
    expect(await Promise.race([failed, "waits"])).toBe("waits");
    await clock.advanceBy(msToNs(1));
    expect(await failed).toMatchObject({
      code: "RELIABLE_NO_ANSWER",
      message: `No answer came from 127.0.0.1:${server.local.port} to 5 datagrams`,
    });
    expect(transmissions).toEqual([
      [1, 100, "first"],
      [2, 200, "unanswered"],
      [3, 400, "unanswered"],
      [4, 800, "unanswered"],
      [5, 1600, "unanswered"],
    ]);
    const frames: Uint8Array[] = [];
    for (let count = 0; count < 5; count++) frames.push((await server.next()).payload);
    // The same identifier in each, and another attempt.
    const ids = new Set(frames.map(idOf));
    expect([ids.size, frames.map((frame) => frame[7])]).toEqual([1, [1, 2, 3, 4, 5]]);
  });

  test("timeoutMs: fails before the waits are over", async () => {
    await using server = await Peer.open();
    const clock = new VirtualClock();
    await using requester = await askAt(server.local, { clock });
    const failed = failureOf(requester.request(QUESTION, { timeoutMs: 250 }));
    await clock.advanceBy(msToNs(250));
    expect(await failed).toMatchObject({ code: "RELIABLE_NO_ANSWER" });
  });
});

describe("a request that is given up", () => {
  test("rejects with the signal's reason; its answer is late, and nobody else's", async () => {
    const slow = new SlowHandler();
    const handler: RequestHandler = (request) =>
      text(request.payload) === "slow" ? slow.handle(request) : "quick";
    await using server = await serveRequests(handler, { port: 0 });
    await using requester = await askAt(server.local, { retransmission: "low-latency" });
    const controller = new AbortController();
    const asked = failureOf(requester.request(bytes("slow"), { signal: controller.signal }));
    await slow.begun;
    const reason = new Error("enough");
    controller.abort(reason);
    expect(await asked).toBe(reason);
    slow.end("slow at last");
    // Datagrams on the loopback keep their order.
    expect(text((await requester.request(bytes("other"))).payload)).toBe("quick");
    expect(requester.verdictCounts.late).toBeGreaterThanOrEqual(1);
  });

  test("whose signal ends the requester too: the same reason", async () => {
    await using server = await Peer.open();
    const controller = new AbortController();
    const { signal } = controller;
    await using requester = await askAt(server.local, { signal });
    const asked = failureOf(requester.request(QUESTION, { signal }));
    await server.next();
    const reason = new Error("enough");
    controller.abort(reason);
    expect(await asked).toBe(reason);
  });

  test("because its requester is closed: says so", async () => {
    await using server = await Peer.open();
    const requester = await askAt(server.local);
    const asked = failureOf(requester.request(QUESTION));
    await server.next();
    requester.close();
    const later = failureOf(requester.request(QUESTION));
    expect(await Promise.all([asked, later])).toMatchObject([
      { code: "RELIABLE_CLOSED" },
      { code: "RELIABLE_CLOSED" },
    ]);
  });
});

describe("a payload", () => {
  test("of text is sent as UTF-8", async () => {
    await using server = await serveRequests(echo, { port: 0 });
    await using requester = await askAt(server.local, PATIENT);
    await using plainServer = await Peer.open();
    const asked = requestPlainly({
      host: plainServer.local.address,
      port: plainServer.local.port,
      payload: "Æ?",
    });
    const heard = await plainServer.next();
    await plainServer.send("yes", heard.from);
    await asked;
    const { payload } = await requester.request("Æ?");
    expect([payload, heard.payload]).toEqual([bytes("Æ?"), bytes("Æ?")]);
  });

  test("that the caller changes afterwards is sent again as it was", async () => {
    await using server = await Peer.open();
    const clock = new VirtualClock();
    await using requester = await askAt(server.local, { clock, retransmission: "original" });
    const payload = Uint8Array.of(1);
    const failed = failureOf(requester.request(payload));
    payload[0] = 2;
    await clock.advanceBy(msToNs(100));
    const sent = [await server.next(), await server.next()];
    requester.close();
    await failed;
    expect(sent.map((datagram) => datagram.payload.at(-1))).toEqual([1, 1]);
  });

  test("that is neither bytes nor text is refused, and leaves nothing behind", async () => {
    await using requester = await createRequester({ host: "127.0.0.1" });
    const untyped: { request(payload: unknown): Promise<unknown> } = requester as never;
    expect(await failureOf(untyped.request(5))).toMatchObject({
      code: "UDP_BAD_OPTION",
      message: "payload: expected bytes (Uint8Array) or text; got number",
    });
    expect(requester.counters.sentCount).toBe(0);
  });
});

test("a link-local address needs its link, also as the destination of one request", async () => {
  await using requester = await createRequester();
  const to = { address: "fe80::1", port: 1060 };
  expect(await failureOf(requester.request(QUESTION, { to }))).toMatchObject({
    code: "UDP_BAD_ADDRESS",
  });
});

test.each<[Record<string, unknown>, string]>([
  [{ retransmission: "fast" }, "retransmission: expected one of original, coap"],
  [{ key: "0123456789abcdef" }, "key: expected bytes; got string"],
  [{ key: new Uint8Array(15) }, "key bytes: expected a whole number from 16 to 64; got 15"],
])("options of a program that is not typed: %j", async (options, message) => {
  const failed = failureOf(createRequester({ host: "127.0.0.1", ...options }));
  expect(await failed).toMatchObject({
    code: "UDP_BAD_OPTION",
    message: expect.stringContaining(message),
  });
});

test.each([{ requiresCookie: true }, { key: KEY }])(
  "a server answers no plain text with %j",
  async (options) => {
    const failed = failureOf(serveRequests(echo, { port: 0, answersPlainText: true, ...options }));
    expect(await failed).toMatchObject({
      code: "UDP_BAD_OPTION",
      message: "answersPlainText: plain text carries neither a cookie nor a code made with a key",
    });
  },
);

describe("equal requests at the same time", () => {
  test("are not merged", async () => {
    let count = 0;
    await using server = await serveRequests(() => `${++count}`, { port: 0 });
    await using requester = await askAt(server.local, { retransmission: "low-latency" });
    const answers = await Promise.all([requester.request(QUESTION), requester.request(QUESTION)]);
    expect(answers.map(({ payload }) => text(payload)).toSorted()).toEqual(["1", "2"]);
  });

  test("share an answer where they ask for it, and not with the next", async () => {
    let count = 0;
    await using server = await serveRequests(() => `${++count}`, { port: 0 });
    await using requester = await askAt(server.local);
    const shared = { isShared: true };
    const pair = [requester.request(QUESTION, shared), requester.request(QUESTION, shared)];
    const first = (await Promise.all(pair)).map(({ payload }) => text(payload));
    const next = text((await requester.request(QUESTION, shared)).payload);
    expect([first, next]).toEqual([["1", "1"], "2"]);
  });

  test("each waits as long as it likes, and is told of each transmission", async () => {
    const slow = new SlowHandler();
    await using server = await serveRequests(slow.handle, { port: 0 });
    await using requester = await askAt(server.local, PATIENT);
    const attempts: number[] = [];
    const onTransmitted = (attempt: number): unknown => attempts.push(attempt);
    const hasty = new AbortController();
    const patient = requester.request(QUESTION, { isShared: true, onTransmitted });
    const others = [
      requester.request(QUESTION, { isShared: true, onTransmitted, signal: hasty.signal }),
      requester.request(QUESTION, { isShared: true, timeoutMs: 1 }),
    ].map((request) => failureOf(request));
    await slow.begun;
    hasty.abort(new Error("enough"));
    const failures = await Promise.all(others);
    slow.end("done");
    expect([failures, text((await patient).payload), attempts]).toMatchObject([
      [
        { message: "enough" },
        { code: "RELIABLE_NO_ANSWER", message: "No answer came within 1 ms" },
      ],
      "done",
      [1, 1],
    ]);
    expect(slow.count).toBe(1);
  });

  test("that all have given up are asked no more, and the next one is another", async () => {
    await using server = await Peer.open();
    const clock = new VirtualClock();
    await using requester = await askAt(server.local, { clock, retransmission: "original" });
    const giveUp = new AbortController();
    const shared = { isShared: true, signal: giveUp.signal };
    const failures = [requester.request(QUESTION, shared), requester.request(QUESTION, shared)].map(
      (request) => failureOf(request),
    );
    const one = await server.next();
    giveUp.abort(new Error("enough"));
    await Promise.all(failures);
    await clock.advanceBy(msToNs(10_000));
    const last = failureOf(requester.request(QUESTION, { isShared: true }));
    const next = await server.next();
    requester.close();
    await last;
    expect([requester.counters.sentCount, idOf(one.payload) === idOf(next.payload)]).toEqual([
      2,
      false,
    ]);
  });
});

describe("a handler", () => {
  test.each<[string, RequestHandler, string]>([
    ["throws", () => throwing("no such record"), "no such record"],
    ["rejects", () => Promise.reject(new Error("not today")), "not today"],
    [
      "throws what cannot be described",
      () => Promise.reject(Object.create(null)),
      "the handler threw what cannot be described",
    ],
    [
      "forgets to answer",
      // As a caller without types may write it.
      () => undefined as never,
      "answer: expected bytes (Uint8Array) or text; got undefined",
    ],
  ])("that %s: the message comes back, and it ran once", async (_title, handler, message) => {
    await using server = await serveRequests(handler, { port: 0 });
    await using requester = await askAt(server.local);
    expect(await failureOf(requester.request(QUESTION))).toMatchObject({
      code: "RELIABLE_HANDLER_FAILED",
      message: `the server failed to carry it out: ${message}`,
    });
    expect(server.counters.executedCount).toBe(1);
  });

  test("that fails is known to its server, and the client is told as much as fits", async () => {
    const reason = new Error("é".repeat(1000));
    const failures: unknown[] = [];
    await using server = await serveRequests(() => Promise.reject(reason), {
      port: 0,
      onFailed: ({ payload }, error) => failures.push([text(payload), error]),
    });
    await using requester = await askAt(server.local, PATIENT);
    expect(await failureOf(requester.request("why?"))).toMatchObject({
      message: `the server failed to carry it out: ${"é".repeat(1164 / 2)}`,
    });
    expect(failures).toEqual([["why?", reason]]);
  });

  test("that never ends: who waits for it no longer is told that the server was at work", async () => {
    const slow = new SlowHandler();
    await using server = await serveRequests(slow.handle, { port: 0, acknowledgeAfterMs: 1 });
    await using requester = await askAt(server.local, PATIENT);
    expect(await failureOf(requester.request(QUESTION, { timeoutMs: 500 }))).toMatchObject({
      code: "RELIABLE_NO_ANSWER",
      message: expect.stringContaining("; it has the request, and was at work on it"),
    });
  });

  test("is a function", async () => {
    const untyped = serveRequests as (handler: unknown) => Promise<unknown>;
    expect(await failureOf(untyped("answer"))).toMatchObject({
      code: "UDP_BAD_OPTION",
      message: "handler: expected a function; got string",
    });
  });

  test("whose answer is too large: both sides name the limit", async () => {
    await using server = await serveRequests(() => new Uint8Array(1165), { port: 0 });
    await using requester = await askAt(server.local);
    expect(await failureOf(requester.request(QUESTION))).toMatchObject({
      code: "RELIABLE_TOO_LARGE",
      message: "the answer is larger than the 1164 bytes that the server may send",
    });
  });

  test("may answer as much as it was allowed", async () => {
    const limits = { maxDatagramBytes: 9000 };
    const large = new Uint8Array(8964).fill(7);
    await using server = await serveRequests(() => large, { port: 0, ...limits });
    await using requester = await askAt(server.local, { ...limits, ...PATIENT });
    const { payload, attempts } = await requester.request(QUESTION);
    // More than three times what was sent: only to who has shown with a cookie that it receives there.
    expect([Buffer.compare(payload, large), attempts, server.counters.sent.cookie]).toEqual([
      0, 2, 1,
    ]);
  });

  test("that takes its time: it is told once, and the client stops sending", async () => {
    const slow = new SlowHandler();
    await using server = await serveRequests(slow.handle, { port: 0, acknowledgeAfterMs: 1 });
    await using requester = await askAt(server.local, PATIENT);
    const asked = requester.request(QUESTION);
    while (server.counters.sent.acknowledgement === 0) await Bun.sleep(1);
    slow.end("at last");
    const { payload, attempts } = await asked;
    expect([text(payload), attempts, slow.count]).toEqual(["at last", 1, 1]);
  });
});

test("a request that is too large is refused before anything is sent", async () => {
  await using server = await Peer.open();
  await using requester = await askAt(server.local);
  expect(await failureOf(requester.request(new Uint8Array(1141)))).toMatchObject({
    code: "RELIABLE_TOO_LARGE",
    message: "expected a request of at most 1140 bytes; got 1141",
  });
  expect(requester.counters.sentCount).toBe(0);
});

describe("a server that wants to be shown that the client receives where it says", () => {
  test.each([
    ["requiresCookie", { requiresCookie: true }, {}],
    ["key", { key: KEY }, { key: KEY }],
  ])("%s: one round trip more, once", async (_title, serverOptions, requesterOptions) => {
    await using server = await serveRequests(echo, { port: 0, ...serverOptions });
    await using requester = await askAt(server.local, { ...requesterOptions, ...PATIENT });
    const first = await requester.request(QUESTION);
    const second = await requester.request(QUESTION);
    expect([first.attempts, second.attempts, server.counters.sent.cookie]).toEqual([2, 1, 1]);
    expect([first, second].map(({ payload }) => text(payload))).toEqual([
      "Is anybody there?",
      "Is anybody there?",
    ]);
  });

  test.each([
    ["another key", { key: KEY }, { key: bytes("sixteen others..") }],
    ["no key, where the server has one", { key: KEY }, {}],
    ["a key, where the server has none", {}, { key: KEY }],
  ])("%s: silence", async (_title, serverOptions, requesterOptions) => {
    await using server = await serveRequests(echo, { port: 0, ...serverOptions });
    const backoff = { initialMs: 10, attempts: 1 };
    const retransmission = { backoff };
    await using requester = await askAt(server.local, { ...requesterOptions, retransmission });
    const failure = await failureOf(requester.request(QUESTION));
    while (server.counters.receivedCount === 0) await Bun.sleep(1);
    expect(failure).toMatchObject({ code: "RELIABLE_NO_ANSWER" });
    expect(server.counters).toMatchObject({
      executedCount: 0,
      ignored: { unauthenticated: 1 },
    });
  });
});

test("a server that is full carries nothing out, and the client is told", async () => {
  await using server = await serveRequests(echo, { port: 0, maxEntries: 1 });
  await using first = await askAt(server.local, PATIENT);
  await first.request(QUESTION);
  const retransmission = { backoff: { initialMs: 500, factor: 1, attempts: 2 } };
  await using second = await askAt(server.local, { retransmission });
  expect(await failureOf(second.request(QUESTION))).toMatchObject({
    code: "RELIABLE_BUSY",
    message: `127.0.0.1:${server.local.port} has no room for another request`,
  });
  expect(server.counters.executedCount).toBe(1);
});

test("a server that is started anew while a request is under way: nobody knows", async () => {
  const slow = new SlowHandler();
  const first = await serveRequests(({ payload }) => handle(payload), { port: 0 });
  const handle = (payload: Uint8Array) =>
    text(payload) === "quick" ? "done" : slow.handle({ payload, from: first.local });
  const backoff = { initialMs: 20, factor: 1, attempts: 1000 };
  await using requester = await askAt(first.local, {
    keepTrying: true,
    retransmission: { backoff },
  });
  await requester.request(bytes("quick"));
  const asked = failureOf(requester.request(QUESTION));
  await slow.begun;
  first.close();
  await using second = await serveRequests(echo, { port: first.local.port });
  expect(await asked).toMatchObject({
    code: "RELIABLE_OUTCOME_UNKNOWN",
    message: `127.0.0.1:${first.local.port} was started anew; whether the request was carried out before is not known`,
  });
  expect([slow.count, second.counters.executedCount]).toEqual([1, 0]);
});

describe("plain text", () => {
  test.each(["127.0.0.1", "::1"])(
    "is answered by who is told to, with its length: %s",
    async (host) => {
      const seen: string[] = [];
      await using server = await serveRequests(() => throwing("not for frames"), {
        host,
        port: 0,
        answersPlainText: true,
        onRequest: ({ payload }) => seen.push(text(payload)),
      });
      const { port } = server.local;
      const answer = await requestPlainly({ host, port, payload: QUESTION });
      expect([text(answer.payload), answer.from, answer.attempts, seen]).toEqual([
        "Your data was 17 bytes long",
        { address: host, port },
        1,
        ["Is anybody there?"],
      ]);
      expect(server.counters).toMatchObject({
        receivedCount: 1,
        plainCount: 1,
        executedCount: 0,
        ignored: { foreign: 0 },
      });
    },
  );

  test("is foreign to all others", async () => {
    const ignored: unknown[] = [];
    await using server = await serveRequests(echo, {
      port: 0,
      onIgnored: ({ payload, reason }) => ignored.push([text(payload), reason]),
    });
    const { port } = server.local;
    const backoff = { initialMs: 10, attempts: 1 };
    const asked = requestPlainly({ host: "127.0.0.1", port, payload: QUESTION, backoff });
    expect(await failureOf(asked)).toMatchObject({
      code: "RELIABLE_NO_ANSWER",
      message: `No answer came from 127.0.0.1:${port} to 1 datagram`,
    });
    while (server.counters.receivedCount === 0) await Bun.sleep(1);
    expect([ignored, server.counters.ignored.foreign]).toEqual([
      [["Is anybody there?", "foreign"]],
      1,
    ]);
  });

  test("that looks like an answer is not answered", async () => {
    const ignored = Promise.withResolvers<string>();
    await using server = await serveRequests(echo, {
      port: 0,
      answersPlainText: true,
      onIgnored: ({ reason }) => ignored.resolve(reason),
    });
    await using peer = await Peer.open();
    await peer.send("Your data was 17 bytes long", server.local);
    expect([await ignored.promise, server.counters.ignored.refusals["own-reply"]]).toEqual([
      "own-reply",
      1,
    ]);
  });

  test("nobody listens: says so at once, and moves on to a name's next address", async () => {
    const { port } = await closedEndpoint();
    const options = { host: "127.0.0.1", port, payload: QUESTION, clock: new VirtualClock() };
    expect(await failureOf(requestPlainly(options))).toMatchObject({
      code: "RELIABLE_NOT_LISTENING",
      message: `Nothing is listening at 127.0.0.1:${port}`,
    });
    await using server = await Peer.open();
    const opened: string[] = [];
    const asked = requestPlainly({
      host: "two.example",
      port: server.local.port,
      payload: QUESTION,
      lookUpName: async () => ["::1", "127.0.0.1"],
      onOpened: ({ address }) => opened.push(address),
    });
    await server.send("anything", (await server.next()).from);
    expect([text((await asked).payload), opened]).toEqual(["anything", ["::1", "127.0.0.1"]]);
  });

  test("keepTrying: goes on where nobody listens", async () => {
    const { port } = await closedEndpoint();
    const backoff = { initialMs: 20, factor: 1, attempts: 1000 };
    const sentTwice = Promise.withResolvers<void>();
    const asked = requestPlainly({
      host: "127.0.0.1",
      port,
      payload: QUESTION,
      keepTrying: true,
      backoff,
      onTransmitted: (attempt) => {
        if (attempt === 2) sentTwice.resolve();
      },
    });
    await sentTwice.promise;
    await using server = await Peer.open({ address: "127.0.0.1", port });
    await server.send("here now", (await server.next()).from);
    expect(text((await asked).payload)).toBe("here now");
  });

  test("a signal ends the wait with its reason", async () => {
    await using server = await Peer.open();
    const controller = new AbortController();
    const { address: host, port } = server.local;
    const asked = requestPlainly({ host, port, payload: QUESTION, signal: controller.signal });
    await server.next();
    const reason = new Error("enough");
    controller.abort(reason);
    expect(await failureOf(asked)).toBe(reason);
  });

  test("from elsewhere is not heard", async () => {
    await using server = await Peer.open();
    await using forger = await Peer.open();
    const { address: host, port } = server.local;
    const asked = requestPlainly({ host, port, payload: QUESTION });
    const { from } = await server.next();
    await forger.send("fine", from);
    await server.send("true", from);
    expect(text((await asked).payload)).toBe("true");
  });
});

describe("what is closed", () => {
  /** The system's clock, and how many of its timers wait. */
  class CountingClock implements Clock {
    timerCount = 0;

    nowNs(): number {
      return systemClock.nowNs();
    }

    at(deadlineNs: number, callback: () => void): () => void {
      this.timerCount++;
      let isWaiting = true;
      const end = (): void => {
        if (isWaiting) this.timerCount--;
        isWaiting = false;
      };
      const cancel = systemClock.at(deadlineNs, () => {
        end();
        callback();
      });
      return () => {
        end();
        cancel();
      };
    }
  }

  test("no longer listens to its signal", async () => {
    const { signal } = new AbortController();
    const server = await serveRequests(echo, { port: 0, signal });
    const requester = await askAt(server.local, { signal });
    server.close();
    requester.close();
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  test.each(["close", "signal"])("leaves no timer that would keep the process: %s", async (way) => {
    const clock = new CountingClock();
    const controller = new AbortController();
    const { signal } = controller;
    const server = await serveRequests(echo, { port: 0, clock, signal });
    const requester = await askAt(server.local, { clock, signal });
    await requester.request(QUESTION);
    while (server.counters.rememberedCount === 0) await Bun.sleep(1);
    if (way === "signal") controller.abort();
    server.close();
    requester.close();
    expect(clock.timerCount).toBe(0);
  });
});

function throwing(message: string): never {
  throw new Error(message);
}
