import { askEcho, serveEcho } from "@udp/echo";

await using server = await serveEcho({ port: 0 });

const reply = await askEcho({
  port: server.local.port,
  payload: new TextEncoder().encode("Is anybody there?"),
  timeoutMs: 1000,
});

console.log(new TextDecoder().decode(reply.payload)); // Your data was 17 bytes long
