import { cpus, release, type } from "node:os";

/** What figures hold for. */
export function describeMachine(): string {
  const [processor] = cpus();
  return `${cpus().length} × ${processor?.model ?? "unknown"}, ${type()} ${release()}, Bun ${Bun.version}`;
}

/** As figures are dated. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}
