/** What `onDatagram` throws on its first call; prints where it surfaced and what came after it. */
import { openBunSocket } from "../../src/socket/bun-socket.ts";

const uncaught: string[] = [];
const reported: string[] = [];
const received: string[] = [];
process.on("uncaughtException", ({ message }) => uncaught.push(message));

const second = Promise.withResolvers<void>();
await using receiver = await openBunSocket({
  local: { address: "127.0.0.1", port: 0 },
  onDatagram: (payload) => {
    received.push(new TextDecoder().decode(payload));
    if (received.length === 1) throw new Error("a mistake of the caller");
    second.resolve();
  },
  onError: ({ code }) => reported.push(code),
});
await using sender = await openBunSocket({ onDatagram: () => {} });
for (const text of ["first", "second"]) {
  sender.send(new TextEncoder().encode(text), receiver.local);
}
await second.promise;
console.log(JSON.stringify({ uncaught, reported, received }));
