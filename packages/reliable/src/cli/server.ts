import { seededRandom, writeLengthReply } from "@udp/core";
import type { ColorChoice, FamilyFlags, RateFlags, Terminal } from "@udp/core/cli";
import {
  chosenFamily,
  Output,
  ReasonDigest,
  readKeyFile,
  unlessInterrupted,
  whenInterrupted,
} from "@udp/core/cli";
import type { LinkOptions } from "@udp/core/simulation";
import { ImpairedSockets } from "../impaired-sockets.ts";
import type { IncomingRequest, RequestServer, ServeRequestsOptions } from "../server.ts";
import { serveRequests } from "../server.ts";
import type { IgnoredReason } from "../server-counters.ts";
import { dropped, ignored, listening, request, summary } from "./server-rendering.ts";

/** The options of `udp-reliable server` as they were given. */
export interface ServerFlags extends FamilyFlags, RateFlags {
  readonly port: number;
  /** Over which datagrams seem to arrive. */
  readonly link: LinkOptions;
  readonly seed?: number | undefined;
  readonly requireCookie?: true | undefined;
  readonly keyFile?: string | undefined;
  readonly json?: true | undefined;
  readonly quiet?: true | undefined;
  readonly color: ColorChoice;
}

/** Serves until the user, or the system, asks it to stop; then says what was served. */
export async function runServer(
  terminal: Terminal,
  host: string,
  flags: ServerFlags,
): Promise<void> {
  const output = new Output(terminal, flags);
  const sockets = new ImpairedSockets({
    link: flags.link,
    random: flags.seed === undefined ? undefined : seededRandom(flags.seed),
    onDropped: flags.quiet
      ? undefined
      : (payload, from) => output.stream(dropped({ payload, from })),
  });
  const starting = start(terminal, host, flags, { ...showing(output, flags), sockets });
  await using server = await unlessInterrupted(terminal, starting);
  if (server === undefined) return;
  output.result(listening(server.local));
  await whenInterrupted(terminal);
  output.result(summary(server.counters, sockets, output.droppedLineCount));
}

type Showing = Pick<ServeRequestsOptions, "onRequest" | "onIgnored">;

async function start(
  { interruption }: Terminal,
  host: string,
  flags: ServerFlags,
  { sockets, ...shown }: Showing & { readonly sockets: ImpairedSockets },
): Promise<RequestServer> {
  const key = flags.keyFile === undefined ? undefined : await readKeyFile(flags.keyFile);
  return await serveRequests(answerLength, {
    host,
    port: flags.port,
    family: chosenFamily(flags),
    ratePerSource: flags.ratePerSource,
    rateTotal: flags.rateTotal,
    requiresCookie: flags.requireCookie,
    key,
    answersPlainText: key === undefined && !flags.requireCookie,
    openSocket: sockets.open,
    signal: interruption,
    ...shown,
  });
}

function showing(output: Output, { quiet }: ServerFlags): Showing {
  if (quiet) return {};
  const digest = new ReasonDigest<IgnoredReason>();
  return {
    onRequest: (incoming) => output.stream(request(incoming)),
    onIgnored: (datagram) => {
      const unshownCount = digest.admit(datagram.reason, Bun.nanoseconds());
      if (unshownCount !== undefined) output.stream(ignored(datagram, unshownCount));
    },
  };
}

function answerLength({ payload }: IncomingRequest): Uint8Array {
  const answer = new Uint8Array(MAX_ANSWER_BYTES);
  return answer.subarray(0, writeLengthReply(payload.byteLength, answer));
}

const MAX_ANSWER_BYTES = 64;
