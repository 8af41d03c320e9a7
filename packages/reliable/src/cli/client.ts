import type { BackoffOptions, Endpoint } from "@udp/core";
import { firstThatWorks, resolveHost } from "@udp/core";
import type { ColorChoice, FamilyFlags, Terminal } from "@udp/core/cli";
import { chosenFamily, Output, readKeyFile } from "@udp/core/cli";
import { ReliableError } from "../errors.ts";
import { requestPlainly } from "../plain-request.ts";
import type { RequestAnswer } from "../requester.ts";
import { createRequester } from "../requester.ts";
import { outcome, PLAIN_WARNING } from "./client-rendering.ts";
import { explainNoAnswer } from "./no-answer.ts";
import { RequestProgress } from "./request-progress.ts";

/** The options of `udp-reliable client` as they were given. */
export interface ClientFlags extends FamilyFlags {
  readonly port: number;
  readonly message: string;
  readonly plain?: true | undefined;
  readonly backoff: BackoffOptions;
  readonly keepTrying?: true | undefined;
  readonly keyFile?: string | undefined;
  readonly json?: true | undefined;
  readonly quiet?: true | undefined;
  readonly color: ColorChoice;
}

/** Asks until an answer comes, says so each time, and prints the answer. */
export async function runClient(
  terminal: Terminal,
  host: string,
  flags: ClientFlags,
): Promise<void> {
  const output = new Output(terminal, flags);
  const { interruption: signal } = terminal;
  if (flags.plain) output.warn(PLAIN_WARNING);
  const progress = new RequestProgress(output);
  const key = flags.keyFile === undefined ? undefined : await readKeyFile(flags.keyFile);
  const addresses = await resolveHost(host, { family: chosenFamily(flags), signal });
  const ask = flags.plain ? askPlainly : askInFrames;
  try {
    const { payload, elapsedMs } = await firstThatWorks(addresses, PASSED_OVER, (address) =>
      ask({ address, port: flags.port }, { flags, key, progress, signal }),
    );
    showOutcome(output, flags, progress, elapsedMs, payload);
  } catch (error) {
    if (flags.json) showOutcome(output, flags, progress, progress.elapsedMs, undefined);
    if (!(error instanceof ReliableError) || error.code !== "RELIABLE_NO_ANSWER") throw error;
    throw explainNoAnswer(error, progress.faults, key !== undefined);
  }
}

/** What asking an address of a name may fail with, for the next one to be asked. */
const PASSED_OVER = ["RELIABLE_NOT_LISTENING", "UDP_UNREACHABLE"];

interface Asking {
  readonly flags: ClientFlags;
  readonly key: Uint8Array | undefined;
  readonly progress: RequestProgress;
  readonly signal: AbortSignal;
}

async function askInFrames(
  server: Endpoint,
  { flags, key, progress, signal }: Asking,
): Promise<RequestAnswer> {
  await using requester = await createRequester({
    host: server.address,
    port: server.port,
    retransmission: { backoff: flags.backoff },
    keepTrying: flags.keepTrying,
    key,
    signal,
  });
  progress.open(requester.local, server, requester.counters.faults);
  return await requester.request(payloadOf(flags), { signal, onTransmitted: progress.transmitted });
}

async function askPlainly(
  server: Endpoint,
  { flags, progress, signal }: Asking,
): Promise<RequestAnswer> {
  return await requestPlainly({
    host: server.address,
    port: server.port,
    payload: payloadOf(flags),
    backoff: flags.backoff,
    keepTrying: flags.keepTrying,
    onOpened: (local) => progress.open(local, server),
    onTransmitted: progress.transmitted,
    signal,
  });
}

function payloadOf({ message }: ClientFlags): Uint8Array {
  return new TextEncoder().encode(message);
}

/** Nothing where nothing was sent. */
function showOutcome(
  output: Output,
  { plain }: ClientFlags,
  { ends, waitsMs, faults }: RequestProgress,
  elapsedMs: number,
  reply: Uint8Array | undefined,
): void {
  if (ends === undefined || waitsMs.length === 0) return;
  output.result(outcome({ ...ends, isPlain: plain ?? false, waitsMs, elapsedMs, faults, reply }));
}
