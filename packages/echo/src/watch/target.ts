import type { ProbeTarget } from "../probe/prober.ts";

/** A host as it was given, address or name, and a port: `example.net:1060`, `[::1]:1060`. */
export function formatTarget({ host, port }: ProbeTarget): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
