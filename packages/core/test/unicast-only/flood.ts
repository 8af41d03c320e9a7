/** Floods the port that it is given with broadcasts on the loopback, and says when it has begun. */
import { openBunSocket } from "../../src/socket/bun-socket.ts";

const MAX_BATCHES = 20_000;
const BATCH_DATAGRAMS = 50;

const to = { address: "127.255.255.255", port: Number(process.argv[2]) };
const payload = new TextEncoder().encode("flood");
const batch = Array.from({ length: BATCH_DATAGRAMS }, () => ({ payload, to }));

await using socket = await openBunSocket({
  local: { address: "127.0.0.1", port: 0 },
  allowBroadcast: true,
  onDatagram: () => {},
});
for (let index = 0; index < MAX_BATCHES; index++) {
  if (socket.sendMany(batch) < batch.length) await socket.drained();
  if (index === 0) console.log("flooding");
  await new Promise((resolve) => setImmediate(resolve));
}
