import { announce, discover } from "@udp/broadcast";

/** The broadcast address of the loopback, which reaches nobody but this host. Default: all networks. */
const network = "127.255.255.255";

await using announcer = await announce({ port: 0, name: "printer", info: { version: "1" } });

const discovery = discover({ network, port: announcer.local.port });
for await (const { type } of discovery) if (type === "found") break;

const [responder] = discovery.responders;
console.log(responder?.name, responder?.info.version); // printer 1
