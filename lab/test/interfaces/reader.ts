/** Prints the interfaces of this host and their addresses. */
import { readInterfaceAddresses, readLinks } from "@udp/core/linux";

console.log(JSON.stringify({ links: readLinks(), addresses: readInterfaceAddresses() }));
