import { describe, expect, test } from "bun:test";
import { formatEndpoint } from "@udp/core";
import { closedEndpoint, Peer } from "@udp/lab/testing";
import { decodeFrame, encodeFrame } from "../src/exchange/frame.ts";
import type { Check, IgnoredAnswer, LessonAnswer } from "../src/index.ts";
import { askInLesson, SERVER_SCENARIOS, sendLie, serveLesson } from "../src/index.ts";

interface Deceived {
  readonly answer: LessonAnswer;
  readonly ignored: readonly IgnoredAnswer[];
}

/** A client asks a server that a test plays; somebody else answers first, and then the server. */
async function deceive(check: Check, forge = (_request: Uint8Array): Uint8Array => fine()) {
  await using server = await Peer.open();
  const ignored: IgnoredAnswer[] = [];
  const asking = askInLesson({
    port: server.local.port,
    check,
    onIgnored: (answer) => ignored.push(answer),
  });
  const { payload, from } = await server.next();
  await sendLie({ port: from.port });
  await server.send(forge(payload), from);
  await server.send(trueAnswer(payload), from);
  const deceived: Deceived = { answer: await asking, ignored };
  return deceived;
}

function fine(): Uint8Array {
  return new TextEncoder().encode("fine");
}

/** What only the server can say: from its port, with the id, by the key. */
function trueAnswer(request: Uint8Array): Uint8Array {
  const frame = decodeFrame(request);
  if (frame === undefined) return new TextEncoder().encode("true");
  return encodeFrame({ ...frame, kind: "answer", text: "true" }, KEY);
}

const KEY = new TextEncoder().encode("known to client and server alone");

describe("somebody else answers first, then the server's port with less than it should, then the server", () => {
  test("none: the first is believed, and it can be seen that it was the wrong one", async () => {
    const { answer, ignored } = await deceive("none");
    expect([answer.text, answer.isFooled, ignored]).toEqual(["fine", true, []]);
    expect(formatEndpoint(answer.from)).not.toBe(formatEndpoint(answer.server));
  });

  test("source: the second is believed", async () => {
    const { answer, ignored } = await deceive("source");
    expect([answer.text, answer.isFooled]).toEqual(["fine", false]);
    expect(ignored.map(({ judgement }) => judgement)).toEqual(["wrong-port"]);
  });

  test.each([
    ["source+id", "malformed", fine],
    ["source+id", "wrong-id", withoutId],
    ["hmac", "malformed", fine],
    ["hmac", "bad-mac", withoutKey],
  ] as const)("%s: both are ignored (%s)", async (check, judgement, forge) => {
    const { answer, ignored } = await deceive(check, forge);
    expect([answer.text, answer.isFooled]).toEqual(["true", false]);
    expect(ignored.map((one) => one.judgement)).toEqual(["wrong-port", judgement]);
  });

  test("source+id: who sees the id is believed; hmac is against that", async () => {
    const { answer } = await deceive("source+id", withoutKey);
    expect(answer.text).toBe("fine");
  });
});

function withoutId(request: Uint8Array): Uint8Array {
  return encodeFrame({ ...frameIn(request), kind: "answer", id: 0n, text: "fine" });
}

function withoutKey(request: Uint8Array): Uint8Array {
  return encodeFrame({ ...frameIn(request), kind: "answer", text: "fine" });
}

function frameIn(request: Uint8Array) {
  const frame = decodeFrame(request);
  if (frame === undefined) throw new Error("expected a frame");
  return frame;
}

describe("our own server", () => {
  test.each<Check>(["none", "source", "source+id", "hmac"])(
    "answers a client of %s",
    async (check) => {
      await using server = await serveLesson({ port: 0 });
      const { text, isFooled } = await askInLesson({
        port: server.local.port,
        check,
        question: "?",
      });
      expect({ text, isFooled }).toEqual({ text: "Your data was 1 bytes long", isFooled: false });
      expect(server.counters).toEqual({ receivedCount: 1, answeredCount: 1 });
    },
  );

  test("answers at ::1 too", async () => {
    await using server = await serveLesson({ host: "::1", port: 0 });
    const { from } = await askInLesson({ host: "::1", port: server.local.port, check: "source" });
    expect(from.address).toBe("::1");
  });

  test("stalled: receives, and does not answer", async () => {
    const received = Promise.withResolvers<unknown>();
    const options = { port: 0, isStalled: true, onRequest: received.resolve };
    await using server = await serveLesson(options);
    const asking = askInLesson({ port: server.local.port, timeoutMs: 50 });
    await expect(asking).rejects.toMatchObject({ code: "ATTACK_SIM_NO_ANSWER" });
    await received.promise;
    expect(server.counters).toEqual({ receivedCount: 1, answeredCount: 0 });
  });

  test.each(["bare", "in a frame"])(
    "does not loop with another one: a question that is %s",
    async (form) => {
      await using server = await serveLesson({ port: 0 });
      const text = "How are you?";
      const frame = { kind: "request", sequence: 1, id: 1n, sentAtMs: 0, text } as const;
      const question = form === "bare" ? new TextEncoder().encode(text) : encodeFrame(frame, KEY);
      const [loop] = SERVER_SCENARIOS.filter(({ name }) => name === "loop");
      const subject = { endpoint: server.local, pid: undefined, question };
      expect(await loop?.examine(subject)).toMatchObject({ verdict: "safe" });
      await using other = await serveLesson({ port: 0 });
      await using forger = await Peer.open();
      await forger.send(encodeFrame({ ...frame, kind: "answer" }, KEY), other.local);
      await forger.send("?", other.local);
      await forger.next();
      expect(other.counters).toEqual({ receivedCount: 2, answeredCount: 1 });
    },
  );

  test("does not answer an answer", async () => {
    await using server = await serveLesson({ port: 0 });
    await using peer = await Peer.open();
    await peer.send("Your data was 1 bytes long", server.local);
    await peer.send("?", server.local);
    const { payload } = await peer.next();
    expect(new TextDecoder().decode(payload)).toBe("Your data was 1 bytes long");
    expect(server.counters).toEqual({ receivedCount: 2, answeredCount: 1 });
  });
});

test("a client hears that nobody listens", async () => {
  const { port } = await closedEndpoint();
  await expect(askInLesson({ port })).rejects.toMatchObject({
    code: "ATTACK_SIM_NO_ANSWER",
    message: expect.stringContaining("nothing is listening"),
  });
});

describe("an address outside the loopback is refused by all of them, before a socket is opened", () => {
  const openSocket = () => Promise.reject(new Error("a socket was opened"));
  const host = "there.example";
  const lookUpName = async () => ["192.0.2.1"];
  const target = { host, lookUpName, openSocket, port: 1060 };

  test.each([
    ["server", () => serveLesson(target)],
    ["client", () => askInLesson(target)],
    ["attacker", () => sendLie(target)],
  ])("%s", async (_role, start) => {
    await expect(start()).rejects.toMatchObject({ code: "ATTACK_SIM_NOT_LOOPBACK" });
  });
});
