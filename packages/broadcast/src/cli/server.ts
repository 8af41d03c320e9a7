import type { ColorChoice, RateFlags, Rendering, Terminal } from "@udp/core/cli";
import { Output, ReasonDigest, unlessInterrupted, whenInterrupted } from "@udp/core/cli";
import type { Announcement } from "../announcement.ts";
import { DEFAULT_TTL_SECONDS } from "../announcement.ts";
import { announce, defaultName } from "../announcer.ts";
import type { HeardDatagram } from "../arrival.ts";
import type { MembershipChange } from "../group-keeper.ts";
import type { Listener } from "../listener.ts";
import { hearsBroadcasts, listen } from "../listener.ts";
import { ALL_HOSTS, formatGroup, parseGroup } from "../membership.ts";
import type { ResponderCounters, SilenceReason } from "../responder-counters.ts";
import type { ListenOptions } from "../station.ts";
import { deafness, heard, listening, membership, query, summary } from "./server-rendering.ts";

/** The options of `udp-broadcast server` as they were given. */
export interface ServerFlags extends RateFlags {
  readonly port: number;
  readonly group?: readonly string[] | undefined;
  readonly answer?: true | undefined;
  readonly name?: string | undefined;
  readonly info?: readonly (readonly [string, string])[] | undefined;
  readonly servicePort?: number | undefined;
  readonly anyNetwork?: true | undefined;
  readonly sharePort?: true | undefined;
  readonly json?: true | undefined;
  readonly quiet?: true | undefined;
  readonly color: ColorChoice;
}

/** Shows what it hears until the user, or the system, asks it to stop; then says how much that was. */
export async function runServer(
  terminal: Terminal,
  address: string,
  flags: ServerFlags,
): Promise<void> {
  const output = new Output(terminal, flags);
  const log = new ServerLog(output, flags.quiet === true);
  const options: ListenOptions = {
    address,
    port: flags.port,
    sharesPort: flags.sharePort,
    groups: flags.group,
    signal: terminal.interruption,
    onMembership: log.membership,
  };
  const starting = flags.answer ? answer(options, flags, log) : listenOnly(options, log);
  await using server = await unlessInterrupted(terminal, starting);
  if (server === undefined) return;
  const { local, announcement, counters } = server;
  if (!hearsBroadcasts(local.address)) output.warn(deafness(local));
  output.result(listening(local, announcement));
  log.begin(flags.group ?? []);
  await whenInterrupted(terminal);
  output.result(summary(log.receivedCount, counters, output.droppedLineCount));
}

/** A listener that answers, or not. */
interface Server extends Listener {
  readonly announcement: Announcement | undefined;
  readonly counters: ResponderCounters | undefined;
}

async function listenOnly(options: ListenOptions, log: ServerLog): Promise<Server> {
  const listener = await listen({ ...options, onDatagram: log.heard });
  return withAnswers(listener, undefined, undefined);
}

async function answer(
  options: ListenOptions,
  { name = defaultName(), info = [], servicePort, anyNetwork, ...rates }: ServerFlags,
  log: ServerLog,
): Promise<Server> {
  const said = { name, info: Object.fromEntries(info), ttlSeconds: DEFAULT_TTL_SECONDS };
  const announcer = await announce({
    ...options,
    ...said,
    servicePort,
    answersAnyNetwork: anyNetwork,
    ratePerSource: rates.ratePerSource,
    rateTotal: rates.rateTotal,
    onDatagram: log.heard,
    onQuery: log.query,
  });
  const port = servicePort ?? announcer.local.port;
  return withAnswers(announcer, { ...said, port }, announcer.counters);
}

function withAnswers(
  listener: Listener,
  announcement: Announcement | undefined,
  counters: ResponderCounters | undefined,
): Server {
  return {
    local: listener.local,
    close: () => listener.close(),
    [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose](),
    announcement,
    counters,
  };
}

/** What a server hears, as it is shown: nothing before it has said where it listens. */
class ServerLog {
  receivedCount = 0;
  readonly #output: Output;
  readonly #isQuiet: boolean;
  readonly #digest = new ReasonDigest<SilenceReason>();
  readonly #groups = new Set<string>();
  #early: Rendering[] | undefined = [];

  constructor(output: Output, isQuiet: boolean) {
    this.#output = output;
    this.#isQuiet = isQuiet;
  }

  /** Shows what came meanwhile. @param asked groups that the user wants to hear. */
  begin(asked: readonly string[]): void {
    for (const rendering of this.#early ?? []) this.#output.stream(rendering);
    this.#early = undefined;
    for (const text of asked) {
      const group = formatGroup(parseGroup(text));
      if (this.#groups.has(group)) continue;
      this.#output.warn(`no interface is fit for ${group} now; it is joined at the first that is`);
    }
  }

  readonly heard = (datagram: HeardDatagram): void => {
    this.receivedCount++;
    this.#show(() => heard(datagram));
  };

  /** Copies of a query, and those who know already, are counted alone. */
  readonly query = (asked: HeardDatagram, silence: SilenceReason | undefined): void => {
    this.receivedCount++;
    if (silence === "duplicate" || silence === "known") return;
    const now = Bun.nanoseconds();
    const unshownCount = silence === undefined ? 0 : this.#digest.admit(silence, now);
    if (unshownCount !== undefined) this.#show(() => query(asked, silence, unshownCount));
  };

  readonly membership = (change: MembershipChange): void => {
    const { group, interfaceName } = change.membership;
    this.#groups.add(formatGroup(group));
    if (change.error !== undefined) {
      this.#output.warn(
        `${group.address} is not heard at ${interfaceName}: ${change.error.message}`,
      );
    }
    if (!ALL_HOSTS.includes(group)) this.#show(() => membership(change));
  };

  #show(render: () => Rendering): void {
    if (this.#isQuiet) return;
    if (this.#early === undefined) this.#output.stream(render());
    else if (this.#early.length < MAX_EARLY) this.#early.push(render());
  }
}

/** So much is kept of what comes before the first line. */
const MAX_EARLY = 1000;
