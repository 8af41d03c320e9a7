import { open } from "node:fs/promises";
import { UdpError } from "@udp/core";
import { MAX_KEY_BYTES, MIN_KEY_BYTES } from "../limits.ts";

/**
 * All bytes of a file that both sides share, line ends too.
 *
 * @throws UdpError `UDP_BAD_OPTION` where it cannot be read, or has too few or too many.
 */
export async function readKeyFile(path: string): Promise<Uint8Array> {
  const file = `the key file ${JSON.stringify(path)}`;
  const key = await readBeginning(path).catch((cause: unknown) => {
    throw new UdpError("UDP_BAD_OPTION", `cannot read ${file}: ${reasonOf(cause)}`, { cause });
  });
  if (key.byteLength >= MIN_KEY_BYTES && key.byteLength <= MAX_KEY_BYTES) return key;
  const got = key.byteLength > MAX_KEY_BYTES ? "more" : String(key.byteLength);
  const message = `${file}: expected ${MIN_KEY_BYTES} to ${MAX_KEY_BYTES} bytes; got ${got}`;
  throw new UdpError("UDP_BAD_OPTION", message);
}

/** One byte more than a key may have, at most: the file may have no end. */
async function readBeginning(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const bytes = new Uint8Array(MAX_KEY_BYTES + 1);
    let count = 0;
    for (;;) {
      const { bytesRead } = await file.read(bytes, count, bytes.byteLength - count);
      if (bytesRead === 0) return bytes.subarray(0, count);
      count += bytesRead;
    }
  } finally {
    await file.close();
  }
}

/** The system's reason, without its code and call: `ENOENT: no such file or directory, open 'key'`. */
function reasonOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return /^E\w+: ([^,]+)/.exec(message)?.[1] ?? message;
}
