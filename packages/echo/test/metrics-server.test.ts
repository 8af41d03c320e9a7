import { describe, expect, test } from "bun:test";
import type { MetricsServer } from "../src/cli/metrics-server.ts";
import { serveMetrics } from "../src/cli/metrics-server.ts";
import type { WatchTotals } from "../src/watch/watch-document.ts";
import { NO_TOTALS } from "../src/watch/watch-totals.ts";

const LOCAL = { address: "127.0.0.1", port: 0 };
const TOTALS = new Map([["[::1]:1060", NO_TOTALS]]);

/** What a server answers to a request that was made by hand: the status and the body. */
async function answerTo({ url }: MetricsServer, ...lines: readonly string[]): Promise<string[]> {
  const answer = Promise.withResolvers<string>();
  let received = "";
  await Bun.connect({
    hostname: LOCAL.address,
    port: Number(new URL(url).port),
    socket: {
      open: (socket) => void socket.write([...lines, "Connection: close", "", ""].join("\r\n")),
      data: (_, bytes) => {
        received += bytes.toString();
      },
      close: () => answer.resolve(received),
    },
  });
  const [head = "", body = ""] = (await answer.promise).split("\r\n\r\n");
  return [head.split("\r\n")[0] ?? "", body];
}

describe("a metrics server", () => {
  test.each(["Host: [", "Host: a b", "Host:", "Host: [::1]:x"])(
    "answers whatever it is called: %s",
    async (host) => {
      await using server = serveMetrics(LOCAL, TOTALS);
      const metrics = await answerTo(server, "GET /metrics HTTP/1.1", host);
      expect(metrics).toEqual(["HTTP/1.1 200 OK", expect.stringContaining("\nudp_probe_sent_")]);
      expect(await answerTo(server, "GET /metric HTTP/1.1", host)).toEqual([
        "HTTP/1.1 404 Not Found",
        "Metrics are at /metrics\n",
      ]);
    },
  );

  test("whatever goes wrong, nothing of the program is shown", async () => {
    await using server = serveMetrics(LOCAL, new TotalsThatFail());
    expect(await answerTo(server, "GET /metrics HTTP/1.1", "Host: x")).toEqual([
      "HTTP/1.1 500 Internal Server Error",
      "Metrics cannot be had\n",
    ]);
  });
});

class TotalsThatFail extends Map<string, WatchTotals> {
  override [Symbol.iterator](): MapIterator<[string, WatchTotals]> {
    throw new Error("something secret");
  }
}
