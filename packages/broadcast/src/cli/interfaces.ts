import type { ColorChoice, Terminal } from "@udp/core/cli";
import { Output } from "@udp/core/cli";
import type { ReadInterfaces } from "../network-interface.ts";
import { interfaceTable } from "./interfaces-rendering.ts";

/** The options of `udp-broadcast interfaces` as they were given. */
export interface InterfacesFlags {
  readonly json?: true | undefined;
  readonly color: ColorChoice;
}

/** Shows the interfaces of this host, and which of them are used. */
export async function runInterfaces(
  terminal: Terminal,
  flags: InterfacesFlags,
  readInterfaces: ReadInterfaces,
): Promise<void> {
  new Output(terminal, flags).result(interfaceTable(readInterfaces()));
}
