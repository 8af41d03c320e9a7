import { integerOption, UdpError } from "@udp/core";

/** Short facts about a service, such as its version. */
export type ServiceInfo = Readonly<Record<string, string>>;

/** What a responder says of itself. */
export interface Announcement {
  /** 1 to {@link MAX_NAME_BYTES} bytes of UTF-8. Need not be unique. */
  readonly name: string;
  /** Where the service is, at the address that the answer comes from; 1 to 65535. */
  readonly port: number;
  /** How long this is to be believed, seconds; 1 to {@link MAX_TTL_SECONDS}. */
  readonly ttlSeconds: number;
  /** Keys of 1 to 255 bytes without `=`, values of at most 255 bytes; all in all as the answer allows. */
  readonly info: ServiceInfo;
}

export const MAX_NAME_BYTES = 63;
/** A day. */
export const MAX_TTL_SECONDS = 86_400;
/** How long an announcement is believed, where nothing else is said. */
export const DEFAULT_TTL_SECONDS = 120;
const MAX_INFO_TEXT_BYTES = 255;
const MAX_INFO_ENTRIES = 255;

/**
 * Sees to it that an announcement can be sent.
 *
 * @param maxInfoBytes what the answer has room for, with a byte for each length.
 * @throws UdpError `UDP_BAD_OPTION`.
 */
export function checkAnnouncement(
  { name, port, ttlSeconds, info }: Announcement,
  maxInfoBytes: number,
): void {
  checkText("name", name, 1, MAX_NAME_BYTES);
  integerOption("port", port, 1, 65_535);
  integerOption("ttlSeconds", ttlSeconds, 1, MAX_TTL_SECONDS);
  const entries = Object.entries(info);
  for (const [key, value] of entries) {
    checkText("info: key", key, 1, MAX_INFO_TEXT_BYTES);
    if (key.includes("=")) throw badText("info: key", "no =", key);
    checkText(`info: ${key}`, value, 0, MAX_INFO_TEXT_BYTES);
  }
  integerOption("info: number of entries", entries.length, 0, MAX_INFO_ENTRIES);
  const bytes = infoBytes(info);
  if (bytes > maxInfoBytes) {
    throw new UdpError(
      "UDP_BAD_OPTION",
      `info: expected at most ${maxInfoBytes} bytes beside this name, two for each entry included; got ${bytes}`,
    );
  }
}

/** What the info takes in an answer. */
export function infoBytes(info: ServiceInfo): number {
  return Object.entries(info).reduce(
    (sum, [key, value]) => sum + 2 + Buffer.byteLength(key) + Buffer.byteLength(value),
    0,
  );
}

function checkText(what: string, text: string, minBytes: number, maxBytes: number): void {
  const isText = typeof text === "string" && text.isWellFormed();
  const bytes = isText ? Buffer.byteLength(text) : -1;
  if (bytes >= minBytes && bytes <= maxBytes) return;
  throw badText(what, `text of ${minBytes} to ${maxBytes} bytes in UTF-8`, text);
}

function badText(what: string, expected: string, got: unknown): UdpError {
  return new UdpError("UDP_BAD_OPTION", `${what}: expected ${expected}; got ${String(got)}`);
}
