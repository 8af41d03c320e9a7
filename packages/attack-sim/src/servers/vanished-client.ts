import { Correspondent } from "./correspondent.ts";
import type { ServerScenario } from "./server-scenario.ts";
import { survival } from "./survival.ts";

const CLIENTS = 20;

export const VANISHED_CLIENT: ServerScenario = {
  name: "vanished-client",
  title: "killed by a client that does not wait",
  story:
    "A client asks and closes its socket. The answer comes to a closed port, the client's host says so (ICMP port unreachable), and the runtime tells the server. Where the server has no handler for errors, as in the shape that Bun documents, its process ends.",
  remedy:
    "A server does not ask for the errors of datagrams that it sent: on Linux IP_RECVERR off, which Bun switches on.",
  reference: "RFC 1122 section 4.1.3.3; oven-sh/bun issue 35922.",
  naive: "length-server",
  examine: (subject) =>
    survival(subject, async () => {
      for (let client = 0; client < CLIENTS; client++) {
        await using hasty = await Correspondent.open();
        hasty.send(subject.question, subject.endpoint);
      }
    }),
};
