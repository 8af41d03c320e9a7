/**
 * Sends each datagram that it is given and, behind each, waits up to a while for what the network
 * says about it; prints that, and what the kernel believes the path to carry before and after.
 */
import type { SendOutcome, SocketError } from "@udp/core/linux";
import { MessageSocket, ReadableWait } from "@udp/core/linux";
import type { Order, Report, ShownError } from "./order.ts";

const order: Order = JSON.parse(process.argv[2] ?? "");
using socket = new MessageSocket({ family: order.family, remote: order.to });
const wait = new ReadableWait([socket.fd]);
socket.reportErrors(true);
socket.setMtuDiscovery(order.mode);

const kernelPathMtuBytes = [socket.kernelPathMtuBytes];
const sent: Report["sent"] = [];
for (const { payloadBytes, hopLimit, isAnswered = true } of order.datagrams) {
  const payload = crypto.getRandomValues(new Uint8Array(payloadBytes));
  const outcome: SendOutcome = socket.send(payload, { hopLimit });
  if (isAnswered) wait.wait(2_000_000_000);
  sent.push({ outcome, errors: [...errors()].map((error) => show(error, payload)) });
  kernelPathMtuBytes.push(socket.kernelPathMtuBytes);
}
console.log(JSON.stringify({ kernelPathMtuBytes, sent }));

function* errors(): Generator<SocketError> {
  for (let error = socket.receiveError(); error; error = socket.receiveError()) yield error;
}

/** The quote as how much of what was sent it is the beginning of. */
function show({ quotedPayload, ...error }: SocketError, payload: Uint8Array): ShownError {
  const isQuote = payload.toHex().startsWith(quotedPayload.toHex());
  return { ...error, quotedBytes: isQuote ? quotedPayload.byteLength : -1 };
}
