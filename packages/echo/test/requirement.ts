import { test } from "bun:test";

/** A skip is a failure where everything must run, as in CI. */
const isSkippingAllowed = Bun.env.LAB !== "required";

/**
 * A test that some hosts cannot run; then its name says why.
 *
 * @param obstacle what is missing here, or `undefined`.
 */
export function testWhere(
  obstacle: string | undefined,
  name: string,
  body: () => Promise<void>,
  timeoutMs?: number,
): void {
  const title = obstacle === undefined ? name : `${name} (skipped: ${obstacle})`;
  test.skipIf(obstacle !== undefined && isSkippingAllowed)(title, body, timeoutMs);
}
