import type { ColorChoice, Terminal } from "@udp/core/cli";
import { Output } from "@udp/core/cli";
import { checkPaths } from "../check.ts";
import { BroadcastError } from "../errors.ts";
import { isDeafToIpv6, truthTable } from "./check-rendering.ts";

/** The options of `udp-broadcast check` as they were given. */
export interface CheckFlags {
  readonly port: number;
  readonly wait: number;
  readonly withoutSoBroadcast?: true | undefined;
  readonly json?: true | undefined;
  readonly quiet?: true | undefined;
  readonly color: ColorChoice;
}

const IPV6_HINT =
  "Nobody answered over IPv6, which a server at 0.0.0.0 does not hear; one at :: hears both";

/** Tries every way of reaching everyone, and shows which of them do. */
export async function runCheck(terminal: Terminal, flags: CheckFlags): Promise<void> {
  const output = new Output(terminal, flags);
  output.note(`Asking by every way, for ${flags.wait / 1000} s`);
  const check = await checkPaths({
    port: flags.port,
    waitMs: flags.wait,
    withoutSoBroadcast: flags.withoutSoBroadcast === true,
    signal: terminal.interruption,
  });
  terminal.interruption.throwIfAborted();
  output.result(truthTable(check));
  if (check.responderCount > 0 && isDeafToIpv6(check)) output.note(IPV6_HINT);
  if (check.responderCount === 0) {
    throw new BroadcastError(
      "BROADCAST_NOBODY",
      "nobody on another host answered, so nothing is known of the ways; start udp-broadcast server --answer there",
    );
  }
}
