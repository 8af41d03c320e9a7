import type { Endpoint } from "@udp/core";
import { bindError } from "@udp/core";
import type { IntervalDocument, WatchTotals } from "../watch/watch-document.ts";
import type { WatchReport } from "../watch/watch-report.ts";
import { WatchMetrics } from "./watch-metrics.ts";

/** Serves the metrics of a watch by HTTP. */
export interface MetricsServer extends AsyncDisposable {
  /** Where they are: `http://127.0.0.1:9095/metrics`. */
  readonly url: string;
  /** An interval is over. */
  note(report: WatchReport, interval: IntervalDocument): void;
}

const PATH = "/metrics";

/**
 * Serves metrics from now on.
 *
 * @param totals of every target, from the beginning; read whenever somebody asks.
 * @throws UdpError `UDP_ADDRESS_IN_USE`, `UDP_ADDRESS_NOT_AVAILABLE`, `UDP_PERMISSION`, `UDP_SYSTEM`.
 */
export function serveMetrics(
  local: Endpoint,
  totals: ReadonlyMap<string, WatchTotals>,
): MetricsServer {
  const metrics = new WatchMetrics(totals);
  const server = listen(local, metrics);
  return {
    url: String(new URL(PATH, server.url)),
    note: (report, interval) => metrics.note(report, interval),
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

/** Paths are matched as they stand: no URL is made of what a stranger's request calls this host. */
function listen(local: Endpoint, metrics: WatchMetrics): Bun.Server<undefined> {
  try {
    return Bun.serve({
      hostname: local.address,
      port: local.port,
      development: false,
      routes: { [PATH]: () => respond(metrics) },
      fetch: () => new Response(`Metrics are at ${PATH}\n`, { status: 404 }),
      error: () => new Response("Metrics cannot be had\n", { status: 500 }),
    });
  } catch (error) {
    throw bindError(error, local);
  }
}

async function respond(metrics: WatchMetrics): Promise<Response> {
  const { text, contentType } = await metrics.exposition();
  return new Response(text, { headers: { "content-type": contentType } });
}
