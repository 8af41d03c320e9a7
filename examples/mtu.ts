import { adviceFor, discoverPathMtu, serveReflector } from "@udp/mtu";

await using reflector = await serveReflector({ host: "::1", port: 0 });

const { port } = reflector.local;
const { pathMtuBytes = 0, verdict } = await discoverPathMtu({ host: "::1", port });

console.log(`${verdict}: ${pathMtuBytes} bytes`); // clean: 65536 bytes
console.log(adviceFor(pathMtuBytes, 6)[0]?.bytes); // 65488
