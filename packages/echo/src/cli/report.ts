import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { ColorChoice, Terminal } from "@udp/core/cli";
import { Output, writeLines } from "@udp/core/cli";
import type { GenericSchema } from "valibot";
import { safeParse } from "valibot";
import { EchoError } from "../errors.ts";
import type { DatagramDocument } from "../probe/datagram-document.ts";
import { datagramSchema } from "../probe/datagram-document.ts";
import type { ProbeDocument } from "../probe/probe-document.ts";
import { probeSchema } from "../probe/probe-document.ts";
import { intervalSchema } from "../watch/watch-document.ts";
import { csvLines } from "./datagram-lines.ts";
import { measurement } from "./render-probe.ts";

/** The options of `udp-echo report` as they were given. */
export interface ReportFlags {
  readonly json?: true | undefined;
  readonly csv?: true | undefined;
  readonly color: ColorChoice;
}

/** Shows what `probe` saved. */
export async function runReport(
  terminal: Terminal,
  file: string,
  flags: ReportFlags,
): Promise<void> {
  const name = file === "-" ? "stdin" : file;
  const saved = await read(file === "-" ? terminal.stdin : createReadStream(file), name);
  if (flags.csv) await writeLines(terminal.stdout, csvLines(saved.datagrams));
  else
    for (const document of saved.measurements) {
      new Output(terminal, flags).result(measurement(document));
    }
}

/** What a file holds. */
interface Saved {
  readonly measurements: readonly ProbeDocument[];
  readonly datagrams: readonly DatagramDocument[];
}

async function read(stream: Readable, name: string): Promise<Saved> {
  const [measurements, datagrams]: [ProbeDocument[], DatagramDocument[]] = [[], []];
  try {
    for await (const line of createInterface({ input: stream })) {
      const document: unknown = JSON.parse(line);
      measurements.push(...fitting(probeSchema, document));
      const intervals = fitting(intervalSchema, document);
      measurements.push(...intervals.flatMap(({ measurement }) => measurement ?? []));
      datagrams.push(...fitting(datagramSchema, document));
    }
  } catch (cause) {
    throw unreadable(name, cause);
  }
  if (measurements.length === 0) throw unreadable(name);
  return { measurements, datagrams };
}

/** The document, where it is one of this kind. */
function fitting<Shape>(
  schema: GenericSchema<unknown, Shape>,
  document: unknown,
): readonly Shape[] {
  const { success, output } = safeParse(schema, document);
  return success ? [output] : [];
}

function unreadable(name: string, cause?: unknown): EchoError {
  const reason = cause instanceof Error ? `: ${cause.message}` : "";
  return new EchoError(
    "ECHO_NO_MEASUREMENT",
    `expected what udp-echo probe --json or --each has written in ${name}${reason}`,
    { cause },
  );
}
