import { describe, expect, test } from "bun:test";
import { MemoryTerminal } from "@udp/core/testing";
import { closedEndpoint } from "@udp/lab/testing";
import { parse } from "valibot";
import type { IntervalDocument } from "../src/documents.ts";
import { documentSchemas } from "../src/documents.ts";
import type { EchoServer } from "../src/index.ts";
import { serveEcho } from "../src/index.ts";
import type { MemoryOutcome } from "./in-memory.ts";
import { runInMemory } from "./in-memory.ts";
import { startServer, startUdpEcho } from "./udp-echo.ts";

/** A label has at most 63 characters (RFC 1035 section 2.3.4), so no resolver is asked for this one. */
const UNKNOWN_NAME = "x".repeat(64);

const FOREVER = ["--forever", "--report-interval", "1s"];

function intervalIn(line: string): IntervalDocument {
  return parse(documentSchemas.interval, JSON.parse(line));
}

describe("probe --forever", () => {
  test("a document of each interval, of each host, and their sums when Ctrl-C ends it", async () => {
    await using server = await startServer(["--quiet"]);
    const { port } = server.local;
    const hosts = ["127.0.0.1", UNKNOWN_NAME];
    await using watch = startUdpEcho(["probe", ...hosts, "-p", String(port), ...FOREVER, "--json"]);
    const isThere = (): boolean =>
      lines.filter((line) => line.includes('"failure":null')).length > 1;
    const lines: string[] = [];
    while (!isThere()) lines.push(await watch.nextLine());
    const { code, stdout, stderr } = await watch.end("SIGINT");
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: "Watching 2 hosts: a report of each every 1 s; Ctrl-C ends\n",
    });
    const documents = stdout.trimEnd().split("\n");
    const intervals = documents.slice(0, -2).map(intervalIn);
    const sums = documents.slice(-2).map((line) => parse(documentSchemas.watch, JSON.parse(line)));
    const measurements = intervals.flatMap(({ measurement }) => measurement ?? []);
    expect(measurements.flatMap(({ noise }) => noise ?? [])).toEqual([]);
    expect(await reportedFrom(stdout, ["--json"])).toEqual({ code: 0, stdout, stderr: "" });
    const told = (await reportedFrom(stdout)).stdout;
    const times = intervals.map(({ startedAt }) => startedAt.replace(/\..*/, ""));
    expect(times.filter((time) => !told.includes(`${time}Z `))).toEqual([]);
    expect(told.split("round trip ")).toHaveLength(1 + measurements.length);
    const outages = documents.filter((line) => line.includes('"measurement":null'));
    expect((await reportedFrom(outages.join("\n"))).stdout.split(": down: ")).toHaveLength(
      1 + outages.length,
    );
    const [up, down] = hosts.map((host) => {
      const own = intervals.filter(({ target }) => target === `${host}:${port}`);
      const sentCount = own.reduce(
        (sum, { measurement }) => sum + (measurement?.sentCount ?? 0),
        0,
      );
      return { target: `${host}:${port}`, intervalCount: own.length, sentCount };
    });
    const isDown = { downCount: down?.intervalCount, refusedCount: null, minRttNs: null };
    expect(sums).toMatchObject([
      { ...up, downCount: 0, receivedCount: up?.sentCount, lost: { forward: 0, backward: 0 } },
      { ...down, ...isDown },
    ]);
  });

  test("a line for each interval, and one in the end", async () => {
    await using server = await serveEcho({ port: 0 });
    const watch = startWatch(server);
    await watch.terminal.stdout.shown("\n");
    const { code, stdout } = await watch.end();
    const target = `127\\.0\\.0\\.1:${server.local.port}`;
    const counts = "sent \\d+, received \\d+, lost 0, (missed \\d+, )?";
    expect(code).toBe(0);
    expect(stdout).toMatch(
      new RegExp(
        `^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ ${target}: ${counts}rtt min \\d+\\.\\d{3} median [\\d.]+ p99 – max [\\d.]+ ms, jitter [\\d.]+ ms\\n`,
      ),
    );
    expect(stdout).toMatch(
      new RegExp(
        `\\n${target} in all: \\d intervals?, down in 0, ${counts}rtt min .+ max .+ ms\\n$`,
      ),
    );
  });

  test("interrupted before anything was sent: exit 130", async () => {
    const terminal = new MemoryTerminal();
    terminal.interrupt();
    const { code, stdout } = await runInMemory(["probe", ...FOREVER], terminal);
    expect({ code, stdout }).toEqual({ code: 130, stdout: "" });
  });

  test("nothing ever answered: exit 1", async () => {
    const terminal = new MemoryTerminal();
    const { port } = await closedEndpoint();
    const watching = runInMemory(["probe", "-p", String(port), ...FOREVER, "--quiet"], terminal);
    await terminal.stdout.shown(`down: Nothing is listening at 127.0.0.1:${port}, missed 100\n`);
    terminal.interrupt();
    const { code, stderr } = await watching;
    const message = "error: Nothing answered while it was watched\n";
    expect({ code, stderr }).toEqual({ code: 1, stderr: message });
  });

  test("a host that cannot be ends it before it began, also the watch of the others", async () => {
    await using server = await serveEcho({ port: 0 });
    const argv = ["probe", "127.0.0.1", "127.1", "-p", String(server.local.port), ...FOREVER];
    const { code, stdout, stderr } = await runInMemory([...argv, "--quiet"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^error: expected an IPv4 address .+\n$/);
  });

  test.each([
    ["more than one host needs --forever", ["127.0.0.1", "::1"]],
    ["--metrics needs --forever", ["--metrics", "9095"]],
    ["--report-interval needs --forever", ["--report-interval", "10s"]],
    ["cannot be used with option '-c, --count <n>'", ["--forever", "-c", "3"]],
    ["cannot be used with option '--duration <duration>'", ["--forever", "--duration", "3s"]],
    ["cannot be used with option '--each'", ["--forever", "--each"]],
    ["cannot be used with option '--csv'", ["--forever", "--csv"]],
    ["cannot be used with option '--source-port <port>'", ["--forever", "--source-port", "9"]],
    ['the host "::1" is given twice', ["::1", "127.0.0.1", "::1", "--forever"]],
    ["Expected a duration from 1s to 24h.", ["--forever", "--report-interval", "999ms"]],
    ["--interval (in ms): expected a number from 0.05 to 1000", [...FOREVER, "-i", "2s"]],
    ["--wait (in ms): expected a number from 0 to 5000", [...FOREVER, "--wait", "6s"]],
    ["--timeout (in ms): expected a number from 0 to 7500", [...FOREVER, "--timeout", "8s"]],
    ["--size: expected a whole number from 40", ["--forever", "--size", "30"]],
    ["Expected a port from 0 to 65535", ["--forever", "--metrics", "65536"]],
    ["Expected a port after the address", ["--forever", "--metrics", "localhost"]],
  ])("%s: exit 2", async (message, argv) => {
    const { code, stdout, stderr } = await runInMemory(["probe", ...argv]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
  });
});

describe("--metrics", () => {
  test("are what was measured so far, at /metrics, and nowhere else", async () => {
    await using server = await serveEcho({ port: 0 });
    // The kernel may leave some round trips without a stamp, the program none.
    const watch = startWatch(server, ["--metrics", "0", "--engine", "portable"]);
    await watch.terminal.stderr.shown("/metrics\n");
    const [url = ""] = /http:\S+/.exec(watch.terminal.stderr.text) ?? [];
    const label = `target="127.0.0.1:${server.local.port}"`;
    const early = samplesIn(await (await fetch(url)).text());
    expect({
      sent: early.get(`udp_probe_sent_datagrams_total{${label}}`),
      rtts: early.get(`udp_probe_rtt_seconds_count{${label}}`),
      up: early.get(`udp_probe_up{${label}}`),
    }).toEqual({ sent: 0, rtts: 0, up: undefined });
    await watch.terminal.stdout.shown(" ms\n2");
    const response = await fetch(url);
    expect(response.headers.get("content-type")).toStartWith("text/plain; version=0.0.4");
    const samples = samplesIn(await response.text());
    const of = (name: string, more = ""): number | undefined =>
      samples.get(`udp_probe_${name}{${label}${more}}`);
    const sent = of("sent_datagrams_total");
    expect(sent).toBeGreaterThan(0);
    expect({
      received: of("received_datagrams_total"),
      rtts: of("rtt_seconds_count"),
      forward: of("lost_datagrams_total", ',direction="forward"'),
      unknown: of("lost_datagrams_total", ',direction="unknown"'),
      up: of("up"),
      p99: of("last_interval_rtt_p99_seconds"),
    }).toEqual({
      received: sent,
      rtts: sent,
      forward: 0,
      unknown: 0,
      up: 1,
      p99: undefined,
    });
    const elsewhere = await fetch(new URL("/", url));
    expect([elsewhere.status, await elsewhere.text()]).toEqual([404, "Metrics are at /metrics\n"]);
    await watch.end();
    expect(await fetch(url).catch(() => "gone")).toBe("gone");
  });

  test("a port that is in use: one line, and nothing is sent", async () => {
    using other = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
    const at = `127.0.0.1:${other.port}`;
    const outcome = await runInMemory(["probe", ...FOREVER, "--metrics", String(other.port)]);
    const stderr = `error: ${at} is in use by another program; stop it or choose another port\n`;
    expect(outcome).toEqual({ code: 1, stdout: "", stderr });
  });

  test("at an address that is given", async () => {
    await using server = await serveEcho({ port: 0 });
    const watch = startWatch(server, ["--metrics", "[::1]:0"]);
    await watch.terminal.stderr.shown("/metrics\n");
    expect(watch.terminal.stderr.text).toMatch(/^Metrics at http:\/\/\[::1\]:\d+\/metrics$/m);
    await watch.terminal.stdout.shown("\n");
    await watch.end();
  });
});

interface WatchInMemory {
  readonly terminal: MemoryTerminal;
  /** Interrupts it. */
  end(): Promise<MemoryOutcome>;
}

function startWatch({ local }: EchoServer, argv: readonly string[] = []): WatchInMemory {
  const terminal = new MemoryTerminal();
  const watching = runInMemory(["probe", "-p", String(local.port), ...FOREVER, ...argv], terminal);
  const end = (): Promise<MemoryOutcome> => {
    terminal.interrupt();
    return watching;
  };
  return { terminal, end };
}

/** What `report` makes of what was saved. */
async function reportedFrom(saved: string, flags: readonly string[] = []): Promise<MemoryOutcome> {
  const terminal = new MemoryTerminal();
  terminal.stdin.end(saved);
  return await runInMemory(["report", "-", ...flags], terminal);
}

/** By name and labels. */
function samplesIn(exposition: string): ReadonlyMap<string, number> {
  const lines = exposition.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(" ");
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
}
