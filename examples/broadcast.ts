import { announce, discover } from "@udp/broadcast";

/** So that nothing leaves this host; without it, `announce` and `discover` are for all its networks. */
const loopback = "127.0.0.1";

await using announcer = await announce({
  address: loopback,
  port: 0,
  name: "printer",
  info: { version: "1" },
});

const discovery = discover({ network: loopback, port: announcer.local.port });
for await (const { type } of discovery) if (type === "found") break;

const [responder] = discovery.responders;
console.log(responder?.name, responder?.info.version); // printer 1
