import { requireLoopback } from "../target-guard.ts";
import type { ServerScenario, Subject } from "./server-scenario.ts";
import { survival } from "./survival.ts";

/** A kernel sends only so many ICMP errors a second, to whomever: what is asked once may go unsaid. */
const ROUNDS = 10;
const PAUSE_MS = 100;
const REQUESTS_PER_ROUND = 20;

/** An address of the loopback at which nobody receives: an answer that goes there finds nobody. */
const NOBODY = "127.0.13.99";

export const VANISHED_CLIENT: ServerScenario = {
  name: "vanished-client",
  title: "killed by a client that does not wait",
  story:
    "A client asks and closes its socket. The answer comes to a closed port, the client's host says so (ICMP port unreachable), and the runtime tells the server. Where the server has no handler for errors, as in the shape that Bun documents, its process ends.",
  remedy:
    "A server does not ask for the errors of datagrams that it sent: on Linux IP_RECVERR off, which Bun switches on.",
  reference: "RFC 1122 section 4.1.3.3; oven-sh/bun issue 35922.",
  naive: "length-server",
  examine: async (subject) =>
    process.platform === "linux"
      ? await survival(subject, () => askAndVanish(subject))
      : { verdict: "unknown", seen: "takes Linux to try" },
};

/** The source of these requests is closed before they are sent, however quick the server is. */
async function askAndVanish({ endpoint, question }: Subject): Promise<void> {
  requireLoopback(endpoint.address);
  const { MessageSocket } = await import("@udp/core/linux");
  using socket = new MessageSocket({ family: 4, local: { address: "127.0.0.1", port: 0 } });
  for (let round = 0; round < ROUNDS; round++) {
    for (let request = 0; request < REQUESTS_PER_ROUND; request++) {
      socket.send(question, { to: endpoint, source: NOBODY });
    }
    await Bun.sleep(PAUSE_MS);
  }
}
