import { readKeyFile, readKeyVariable } from "@udp/core/cli";

/** Where the key stands that is not given as a file. It is never an argument, which others can see. */
const KEY_VARIABLE = "UDP_STAMP_KEY";

/**
 * The key of the authenticated mode: all bytes of the file, else of the environment variable
 * `UDP_STAMP_KEY`; `undefined` where neither is given.
 *
 * @throws UdpError `UDP_BAD_OPTION` for a file that cannot be read, and for fewer than 16 or more than
 * 64 bytes.
 */
export async function readStampKey(keyFile: string | undefined): Promise<Uint8Array | undefined> {
  return keyFile === undefined ? readKeyVariable(KEY_VARIABLE) : await readKeyFile(keyFile);
}
