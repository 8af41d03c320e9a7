import { expect, test } from "bun:test";
import type { Endpoint } from "@udp/core";
import { openBunSocket } from "@udp/core";
import type { Frame } from "../src/frame.ts";
import { COOKIE_BYTES, decodeFrame, encodeFrame } from "../src/frame.ts";
import { serveReflector } from "../src/reflector.ts";

const NONCE = 0xff_ee_dd_cc_bb_aa_99_88n;

/** Sends one frame after the other, each when the answer to the one before has come. */
async function exchange(
  to: Endpoint,
  frames: readonly ((answers: readonly Frame[]) => Frame)[],
): Promise<Frame[]> {
  const answers: Frame[] = [];
  const address = to.address === "127.0.0.1" ? "127.0.0.1" : "::1";
  let arrive = (): void => undefined;
  await using socket = await openBunSocket({
    local: { address, port: 0 },
    onDatagram: (payload) => {
      const frame = decodeFrame(payload);
      if (frame !== undefined) answers.push(frame);
      arrive();
    },
  });
  for (const frame of frames) {
    const answered = Promise.withResolvers<void>();
    arrive = answered.resolve;
    socket.send(encodeFrame(frame(answers)), to);
    await answered.promise;
  }
  return answers;
}

test.each([
  ["IPv4", "127.0.0.1", "127.0.0.1", 65_507],
  ["IPv6", "::1", "::1", 65_488],
  ["both families, asked over IPv4", "::", "127.0.0.1", 65_507],
])("over %s: an acknowledgement, a cookie, a sized datagram", async (_title, host, asked, most) => {
  await using reflector = await serveReflector({ host, port: 0 });
  const to = { address: asked, port: reflector.local.port };
  const answers = await exchange(to, [
    () => ({ type: "probe", nonce: NONCE, payloadBytes: most }),
    () => ({ type: "cookie-request", nonce: NONCE }),
    ([, answer]) => ({
      type: "sized-request",
      nonce: NONCE,
      payloadBytes: most,
      cookie: answer?.type === "cookie" ? answer.cookie : new Uint8Array(COOKIE_BYTES),
    }),
  ]);
  expect(answers).toEqual([
    { type: "acknowledgement", nonce: NONCE, payloadBytes: most },
    { type: "cookie", nonce: NONCE, cookie: expect.any(Uint8Array) },
    { type: "sized-datagram", nonce: NONCE, payloadBytes: most },
  ]);
});

test("an IPv6 datagram larger than the 65536 bytes of the loopback is refused as too large", async () => {
  await using reflector = await serveReflector({ host: "::1", port: 0 });
  const answers = await exchange({ address: "::1", port: reflector.local.port }, [
    () => ({ type: "cookie-request", nonce: NONCE }),
    ([answer]) => ({
      type: "sized-request",
      nonce: NONCE,
      payloadBytes: 65_527,
      cookie: answer?.type === "cookie" ? answer.cookie : new Uint8Array(COOKIE_BYTES),
    }),
  ]);
  expect(answers[1]).toEqual({
    type: "refusal",
    nonce: NONCE,
    payloadBytes: 65_527,
    reason: "too-large",
  });
});

test("all of IPv6 and no more: IPv4 is left to others", async () => {
  await using reflector = await serveReflector({ host: "::", family: 6, port: 0 });
  const { port } = reflector.local;
  await using other = await serveReflector({ host: "0.0.0.0", port });
  const probe = (): Frame => ({ type: "probe", nonce: NONCE, payloadBytes: 40 });
  await exchange({ address: "127.0.0.1", port }, [probe]);
  expect([reflector.counters.receivedCount, other.counters.receivedCount]).toEqual([0, 1]);
});
