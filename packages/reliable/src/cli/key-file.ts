import { UdpError } from "@udp/core";

/** The bytes of a file that both sides share. @throws UdpError `UDP_BAD_OPTION` where it cannot be read. */
export async function readKeyFile(path: string): Promise<Uint8Array> {
  try {
    return await Bun.file(path).bytes();
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, cause: unknown): UdpError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = `cannot read the key file ${JSON.stringify(path)}: ${reason}`;
  return new UdpError("UDP_BAD_OPTION", message, { cause });
}
