import { captureObstacle, sandboxObstacle } from "../network/sandbox.ts";
import { testWhere } from "./test-where.ts";

/** What tests run in their networks, besides what makes them. */
const PROGRAMS = ["nft", "ping", "python3", "tc"];

let obstacle: { readonly reason: string | undefined } | undefined;

/** A test that makes networks; skipped, or failed, where this host cannot make them. */
export function labTest(name: string, body: () => Promise<void>, timeoutMs?: number): void {
  testWhere(labObstacle(), name, body, timeoutMs);
}

/** As {@link labTest}, for a test that captures. */
export function captureTest(name: string, body: () => Promise<void>, timeoutMs?: number): void {
  testWhere(labObstacle() ?? captureObstacle(), name, body, timeoutMs);
}

function labObstacle(): string | undefined {
  obstacle ??= { reason: sandboxObstacle() ?? programObstacle() };
  return obstacle.reason;
}

function programObstacle(): string | undefined {
  const missing = PROGRAMS.find((program) => Bun.which(program) === null);
  return missing === undefined ? undefined : `needs the program ${missing}`;
}
