import { serveEcho } from "../../src/index.ts";

const server = await serveEcho({
  port: 0,
  onRequest: () => {
    throw new Error("a mistake of the user");
  },
});
console.log(`Listening at ${server.local.address}:${server.local.port}`);
