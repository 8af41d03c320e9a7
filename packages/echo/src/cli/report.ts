import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { ColorChoice, Rendering, Terminal } from "@udp/core/cli";
import { Output, writeLines } from "@udp/core/cli";
import type { GenericSchema } from "valibot";
import { safeParse } from "valibot";
import { EchoError } from "../errors.ts";
import type { DatagramDocument } from "../probe/datagram-document.ts";
import { datagramSchema } from "../probe/datagram-document.ts";
import type { ProbeDocument } from "../probe/probe-document.ts";
import { probeSchema } from "../probe/probe-document.ts";
import type { IntervalDocument, WatchDocument } from "../watch/watch-document.ts";
import { intervalSchema, watchSchema } from "../watch/watch-document.ts";
import { csvLines } from "./datagram-lines.ts";
import { measurement } from "./render-probe.ts";
import { watchSummary, wholeInterval } from "./render-watch.ts";

/** The options of `udp-echo report` as they were given. */
export interface ReportFlags {
  readonly json?: true | undefined;
  readonly csv?: true | undefined;
  readonly color: ColorChoice;
}

/**
 * Shows what `probe` saved.
 *
 * @throws EchoError `ECHO_NO_MEASUREMENT` where that is not in the file.
 */
export async function runReport(
  terminal: Terminal,
  file: string,
  flags: ReportFlags,
): Promise<void> {
  const name = file === "-" ? "stdin" : file;
  const saved = await read(file === "-" ? terminal.stdin : createReadStream(file), name);
  if (flags.csv) {
    if (saved.datagrams.length === 0) throw unreadable(name, "--each");
    await writeLines(terminal.stdout, csvLines(saved.datagrams));
    return;
  }
  if (saved.results.length === 0) throw unreadable(name, "--json or --each");
  for (const result of saved.results) new Output(terminal, flags).result(result);
}

type SavedResult = Rendering<ProbeDocument | IntervalDocument | WatchDocument>;

/** What a file holds, in its order. */
interface Saved {
  readonly results: readonly SavedResult[];
  readonly datagrams: readonly DatagramDocument[];
}

async function read(stream: Readable, name: string): Promise<Saved> {
  const results: SavedResult[] = [];
  const datagrams: DatagramDocument[] = [];
  try {
    for await (const line of createInterface({ input: stream })) {
      const document: unknown = JSON.parse(line);
      results.push(
        ...fitting(probeSchema, document).map(measurement),
        ...fitting(intervalSchema, document).map(wholeInterval),
        ...fitting(watchSchema, document).map(watchSummary),
      );
      datagrams.push(...fitting(datagramSchema, document));
    }
  } catch (cause) {
    throw unreadable(name, "--json or --each", cause);
  }
  return { results, datagrams };
}

/** The document, where it is one of this kind. */
function fitting<Shape>(
  schema: GenericSchema<unknown, Shape>,
  document: unknown,
): readonly Shape[] {
  const { success, output } = safeParse(schema, document);
  return success ? [output] : [];
}

function unreadable(name: string, options: string, cause?: unknown): EchoError {
  const reason = cause instanceof Error ? `: ${cause.message}` : "";
  return new EchoError(
    "ECHO_NO_MEASUREMENT",
    `expected what udp-echo probe ${options} has written in ${name}${reason}`,
    { cause },
  );
}
