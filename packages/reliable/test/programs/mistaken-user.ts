/** Makes a request with callbacks that throw on both sides, and prints what came of all three. */
import { createRequester, serveRequests } from "../../src/index.ts";

process.on("uncaughtException", ({ message }) => console.log(message));

function mistake(where: string): () => never {
  return () => {
    throw new Error(`a mistake in ${where}`);
  };
}

await using server = await serveRequests(({ payload }) => payload, {
  port: 0,
  onRequest: mistake("onRequest"),
});
await using requester = await createRequester({ host: "127.0.0.1", port: server.local.port });
const { payload } = await requester.request("the answer", {
  onTransmitted: mistake("onTransmitted"),
});
console.log(new TextDecoder().decode(payload));
