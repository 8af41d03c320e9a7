import { open } from "node:fs/promises";
import { UdpError } from "../errors.ts";
import { MAX_KEY_BYTES, MIN_KEY_BYTES } from "../shared-key.ts";

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
  return checkLength(key, file);
}

/**
 * The key that an environment variable holds: the bytes of its text, as a file would hold them.
 *
 * @returns `undefined` where there is no such variable.
 * @throws UdpError `UDP_BAD_OPTION` where they are too few or too many.
 */
export function readKeyVariable(name: string): Uint8Array | undefined {
  const text = Bun.env[name];
  if (text === undefined) return undefined;
  return checkLength(new TextEncoder().encode(text), `the environment variable ${name}`);
}

/** Says what is wrong with a key and where it is, never what it is. */
function checkLength(key: Uint8Array, place: string): Uint8Array {
  if (key.byteLength >= MIN_KEY_BYTES && key.byteLength <= MAX_KEY_BYTES) return key;
  const got = key.byteLength > MAX_KEY_BYTES ? "more" : String(key.byteLength);
  const message = `${place}: expected ${MIN_KEY_BYTES} to ${MAX_KEY_BYTES} bytes; got ${got}`;
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
