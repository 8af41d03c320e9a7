/** Forges what its argument says, and prints what became of it as JSON. */
import { UdpError } from "@udp/core";
import { ForgingSocket, MessageSocket } from "@udp/core/linux";

const SERVER = { address: "127.0.0.2", port: 1060 };
const payload = new TextEncoder().encode("a request");

function codeOf(attempt: () => void): string {
  try {
    attempt();
    return "none";
  } catch (error) {
    return error instanceof UdpError ? error.code : String(error);
  }
}

function toldTo(socket: MessageSocket) {
  const error = socket.receiveError();
  if (error === undefined) return [];
  const { name, mtuBytes, quotedPayload } = error;
  return [{ name, mtuBytes, quoted: new TextDecoder().decode(quotedPayload) }];
}

if (process.argv[2] === "too-big") {
  using victim = new MessageSocket({ family: 4, local: { address: "127.0.0.1", port: 0 } });
  using other = new MessageSocket({ family: 4, local: { address: "127.0.0.1", port: 0 } });
  for (const socket of [victim, other]) socket.reportErrors(true);
  const forger = new ForgingSocket();
  const quoted = { source: victim.local, destination: SERVER, payload };
  const report = { quoted, mtuBytes: 600, router: "127.0.0.3" };
  forger.sendTooBig(report);
  forger[Symbol.dispose]();
  const afterwards = codeOf(() => forger.sendTooBig(report));
  console.log(JSON.stringify({ told: toldTo(victim), others: toldTo(other), afterwards }));
} else {
  using forger = new ForgingSocket();
  const destination = { address: "127.0.0.1", port: 9 };
  console.log(
    JSON.stringify({ code: codeOf(() => forger.send({ source: SERVER, destination, payload })) }),
  );
}
