import type { Terminal } from "@udp/core/cli";
import { Output } from "@udp/core/cli";
import { catalogue } from "./catalogue-rendering.ts";

/** Shows all that the laboratory knows. */
export function runList(terminal: Terminal, flags: { readonly json?: true | undefined }): void {
  new Output(terminal, flags).result(catalogue());
}
