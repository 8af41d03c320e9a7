/**
 * Serves requests with the options that it is given as JSON, and counts how often it carries out what
 * a client asks.
 *
 * Prints a {@link ServerLine} when it listens, before it carries a request out, and for each line
 * that it reads.
 */
import { writeSync } from "node:fs";
import { formatEndpoint } from "@udp/core";
import type {
  IncomingRequest,
  RequestServerCounters,
  ServeRequestsOptions,
} from "../../src/index.ts";
import { serveRequests } from "../../src/index.ts";

export type ServerLine =
  | { readonly port: number }
  | { readonly execution: Execution }
  | { readonly counters: RequestServerCounters };

/** A request as it is carried out; the answer is the same as JSON. */
export interface Execution {
  readonly server: string;
  readonly client: string;
  readonly payload: string;
  /** How often this server has carried out such a payload of this client, this time included. */
  readonly times: number;
}

export interface LabServerOptions
  extends Pick<
    ServeRequestsOptions,
    "host" | "port" | "requiresCookie" | "acknowledgeAfterMs" | "ratePerSource"
  > {
  readonly name: string;
  /** What begins with it never ends. */
  readonly stuckAt?: string;
}

const { name, stuckAt, ...options }: LabServerOptions = JSON.parse(process.argv[2] ?? "");
const times = new Map<string, number>();
const { local, counters } = await serveRequests(carryOut, options);
say({ port: local.port });
for await (const _line of console) say({ counters });
process.exit();

async function carryOut({ payload, from }: IncomingRequest): Promise<string> {
  const text = new TextDecoder().decode(payload);
  const client = formatEndpoint(from);
  const count = (times.get(`${client} ${text}`) ?? 0) + 1;
  times.set(`${client} ${text}`, count);
  const execution: Execution = { server: name, client, payload: text, times: count };
  say({ execution });
  if (stuckAt !== undefined && text.startsWith(stuckAt)) return await new Promise(() => {});
  return JSON.stringify(execution);
}

/** At once: what was carried out is known however the process ends. */
function say(line: ServerLine): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}
