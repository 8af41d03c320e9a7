import { expect, test } from "bun:test";
import { UdpError } from "@udp/core";
import { AskSession } from "./ask-session.ts";

const server = { address: "192.0.2.1", port: 1060 };
const elsewhere = { address: "192.0.2.1", port: 1061 };
const payload = new Uint8Array(1);

function createSession(acceptAny = false): AskSession {
  const session = new AskSession({ server, timeoutNs: 90, acceptAny });
  session.send(10);
  return session;
}

test("believes the server, once, up to the deadline", () => {
  const session = createSession();
  const verdicts = [elsewhere, server, server].map((from) => session.receive(payload, from, 100));
  expect(verdicts).toEqual(["wrong-port", "accepted", "duplicate"]);
});

test("an answer after the deadline is late", () => {
  const session = createSession();
  expect(session.receive(payload, server, 101)).toBe("late");
});

test("believes anybody where it is told to", () => {
  expect(createSession(true).receive(payload, elsewhere, 0)).toBe("accepted");
});

test("only a refusal ends the wait; another error explains the silence", () => {
  const session = createSession();
  const unreachable = new UdpError("UDP_UNREACHABLE", "there is no way to the peer from here");
  const soft = session.failure(unreachable);
  const silence = session.silence();
  const refused = session.failure(new UdpError("UDP_REFUSED", "nothing is listening"));
  expect({ soft, silence: [silence.message, silence.cause], refused: refused?.message }).toEqual({
    soft: undefined,
    silence: [
      "No reply came from 192.0.2.1:1060: there is no way to the peer from here",
      unreachable,
    ],
    refused: "Nothing is listening at 192.0.2.1:1060",
  });
});

test("a silence names how many were ignored", () => {
  const session = createSession();
  session.receive(payload, elsewhere, 0);
  expect(session.silence()).toMatchObject({
    code: "ECHO_NO_REPLY",
    message: "No reply came from 192.0.2.1:1060 (ignored 1 from elsewhere)",
  });
});

test("waits from the send on", () => {
  const session = new AskSession({ server, timeoutNs: 90, acceptAny: false });
  expect(session.receive(payload, server, 5)).toBe("late");
  expect(session.send(1000)).toBe(1090);
  expect(session.receive(payload, server, 1090)).toBe("accepted");
});
