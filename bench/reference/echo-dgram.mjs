// A UDP echo server as it is written for Node. Prints its port.
import { createSocket } from "node:dgram";

const server = createSocket("udp4");
server.on("message", (payload, { port, address }) => server.send(payload, port, address));
server.bind(0, "127.0.0.1", () => console.log(server.address().port));
