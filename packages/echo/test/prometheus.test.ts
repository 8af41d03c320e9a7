import { expect } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RunningProgram, testWhere } from "@udp/lab/testing";
import { number, object, parse, safeParse, string, tuple } from "valibot";
import { documentSchemas } from "../src/documents.ts";
import type { ServerProcess } from "./udp-echo.ts";
import { startServer, UDP_ECHO } from "./udp-echo.ts";

// A Prometheus server scrapes a watch as it would anywhere.

const missing = ["prometheus", "promtool"].filter((program) => Bun.which(program) === null);
const obstacle = missing.length > 0 ? `needs the program ${missing.join(", ")}` : undefined;

testWhere(
  obstacle,
  "a Prometheus server reads what the documents say",
  async () => {
    await using server = await startServer(["--quiet"]);
    await using watch = startMerged(watchOf(server));
    const metricsUrl = await untilMatch(watch, /^Metrics at (\S+)$/);
    await using prometheus = await startPrometheus(metricsUrl);
    const query = (text: string) => prometheus.api(`query?query=${encodeURIComponent(text)}`);

    const first = await until(() => query("udp_probe_sent_datagrams_total"), onlyValue);
    const later = await until(() => query(`udp_probe_sent_datagrams_total > ${first}`), onlyValue);
    const target = await prometheus.api("targets");
    expect(target).toMatchObject({ data: { activeTargets: [{ health: "up", lastError: "" }] } });
    const received = "udp_probe_rtt_seconds_count == udp_probe_received_datagrams_total";
    expect(onlyValue(await query(received))).toBeGreaterThan(0);
    const median = "histogram_quantile(0.5, udp_probe_rtt_seconds_bucket)";
    expect(onlyValue(await query(median))).toBeGreaterThan(0);
    expect(onlyValue(await query("udp_probe_up"))).toBe(1);
    expect(await complaintsAbout(metricsUrl)).toEqual({ code: 0, stdout: "", stderr: "" });

    const { stdout } = await watch.end("SIGINT");
    const sums = runningSums(sentCounts(stdout));
    expect([sums.includes(first), sums.includes(later)]).toEqual([true, true]);
  },
  60_000,
);

function watchOf({ local }: ServerProcess): readonly string[] {
  const argv = ["probe", "-p", String(local.port), "--forever", "--report-interval", "1s"];
  // The kernel may leave some round trips without a stamp, the program none.
  return [...UDP_ECHO, ...argv, "--engine", "portable", "--json", "--metrics", "0"];
}

/** A program whose stderr is read with its stdout. */
function startMerged(command: readonly string[]): RunningProgram {
  return RunningProgram.start(["sh", "-c", 'exec "$@" 2>&1', "sh", ...command]);
}

/** What the first line that matches has in its brackets. */
async function untilMatch(program: RunningProgram, pattern: RegExp): Promise<string> {
  for (;;) {
    const [, found] = pattern.exec(await program.nextLine()) ?? [];
    if (found !== undefined) return found;
  }
}

interface Prometheus extends AsyncDisposable {
  /** What its HTTP API answers to a path; nothing while it starts. */
  api(path: string): Promise<unknown>;
}

async function startPrometheus(metricsUrl: string): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), "prometheus-"));
  const config = join(folder, "prometheus.json");
  const targets = [new URL(metricsUrl).host];
  // What is JSON is YAML.
  const scrape = { job_name: "udp", static_configs: [{ targets }] };
  const text = JSON.stringify({ global: { scrape_interval: "1s" }, scrape_configs: [scrape] });
  await Bun.write(config, text);
  const program = startMerged([
    "prometheus",
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, "data")}`,
    "--web.listen-address=127.0.0.1:0",
  ]);
  const address = await untilMatch(program, /Listening on.*address="?([\d.:]+)/);
  return {
    api: async (path) => {
      const response = await fetch(`http://${address}/api/v1/${path}`);
      return response.ok ? await response.json() : undefined;
    },
    [Symbol.asyncDispose]: async () => {
      await program[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

/** Asks again and again until the answer has what is looked for. */
async function until<Found>(
  ask: () => Promise<unknown>,
  find: (answer: unknown) => Found | undefined,
): Promise<Found> {
  for (;;) {
    const found = find(await ask());
    if (found !== undefined) return found;
    await Bun.sleep(50);
  }
}

/** Of the only series that a query found; `undefined` where it found none. */
function onlyValue(answer: unknown): number | undefined {
  const sample = object({ value: tuple([number(), string()]) });
  const schema = object({ data: object({ result: tuple([sample]) }) });
  const { success, output } = safeParse(schema, answer);
  return success ? Number(output.data.result[0].value[1]) : undefined;
}

async function complaintsAbout(metricsUrl: string) {
  const text = await (await fetch(metricsUrl)).text();
  const promtool = Bun.spawn(["promtool", "check", "metrics"], {
    stdin: Buffer.from(text),
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([promtool.stdout.text(), promtool.stderr.text()]);
  return { code: await promtool.exited, stdout, stderr };
}

function sentCounts(stdout: string): readonly number[] {
  const documents = stdout.split("\n").filter((line) => line.includes('"kind":"interval"'));
  return documents.map((line) => {
    const { measurement } = parse(documentSchemas.interval, JSON.parse(line));
    return measurement?.sentCount ?? 0;
  });
}

/** Before the first count, and after each. */
function runningSums(counts: readonly number[]): readonly number[] {
  const sums = [0];
  for (const count of counts) sums.push((sums.at(-1) ?? 0) + count);
  return sums;
}
