/** Runs on a host without any route; prints what connecting comes to, as JSON. */
import { openBunSocket, UdpError } from "@udp/core";

async function connectTo(address: string): Promise<string> {
  try {
    await using socket = await openBunSocket({
      remote: { address, port: 1060 },
      onDatagram: () => {},
    });
    return `connected from ${socket.local.address}`;
  } catch (error) {
    return error instanceof UdpError ? error.code : String(error);
  }
}

console.log(
  JSON.stringify({ ipv4: await connectTo("192.0.2.1"), ipv6: await connectTo("2001:db8::1") }),
);
