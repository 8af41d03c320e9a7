import { expect, test } from "bun:test";

/** A skip is a failure where everything must run, as in CI. */
const isSkippingAllowed = Bun.env.LAB !== "required";

/**
 * A test that some hosts cannot run; then its name says why, or it fails.
 *
 * @param obstacle what is missing here, or `undefined`.
 * @param timeoutMs default: as for every test.
 */
export function testWhere(
  obstacle: string | undefined,
  name: string,
  body: () => Promise<void>,
  timeoutMs?: number,
): void {
  if (obstacle === undefined) test(name, body, timeoutMs);
  else if (isSkippingAllowed) test.skip(`${name} (skipped: ${obstacle})`, body);
  else test(name, () => expect.unreachable(`cannot run here: ${obstacle}`));
}
