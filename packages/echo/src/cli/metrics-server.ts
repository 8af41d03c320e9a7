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
  const server = listen(local, (request) => respond(request, metrics));
  return {
    url: String(new URL(PATH, server.url)),
    note: (report, interval) => metrics.note(report, interval),
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

type Handler = (request: Request) => Promise<Response>;

function listen(local: Endpoint, fetch: Handler): Bun.Server<undefined> {
  try {
    return Bun.serve({ hostname: local.address, port: local.port, fetch });
  } catch (error) {
    throw bindError(error, local);
  }
}

async function respond({ url }: Request, metrics: WatchMetrics): Promise<Response> {
  if (new URL(url).pathname !== PATH) {
    return new Response(`Metrics are at ${PATH}\n`, { status: 404 });
  }
  const { text, contentType } = await metrics.exposition();
  return new Response(text, { headers: { "content-type": contentType } });
}
