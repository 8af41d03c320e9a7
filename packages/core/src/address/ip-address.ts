import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { UdpError } from "../errors.ts";

/** The version of the Internet Protocol. */
export type AddressFamily = 4 | 6;

/**
 * An IP address as four 32-bit words, most significant first. An IPv4 address stands in its
 * IPv4-mapped form (`::ffff:a.b.c.d`, RFC 4291 section 2.5.5.2), so both spellings are one value.
 */
export type AddressWords = Uint32Array;

const MAPPED_PREFIX_WORD = 0xff_ff;

/**
 * The canonical text of an IP address: dotted decimal, or RFC 5952 with its zone; IPv4-mapped IPv6
 * becomes IPv4.
 *
 * @throws UdpError `UDP_BAD_ADDRESS` for names, shortened or hexadecimal IPv4 and anything else
 * that is not one address.
 */
export function parseAddress(text: string): string {
  const { address, zone } = splitZone(text);
  const family = isIP(address);
  if (family === 4 && zone === undefined) return address;
  if (family === 6 && (zone === undefined || ZONE.test(zone))) return canonicalIpv6(address, zone);
  throw new UdpError("UDP_BAD_ADDRESS", explainBadAddress(text));
}

const MAPPED_PREFIX = "::ffff:";

/**
 * As {@link parseAddress} for text that the system wrote, which is canonical but where the last 32
 * bits of an IPv6 address stand in dotted decimal.
 */
export function systemAddress(text: string): string {
  if (!(text.startsWith("::") && text.includes("."))) return text;
  return text.startsWith(MAPPED_PREFIX) ? text.slice(MAPPED_PREFIX.length) : parseAddress(text);
}

/** The family of a canonical address. */
export function addressFamily(address: string): AddressFamily {
  return address.includes(":") ? 6 : 4;
}

/** The address that stands for all of a host's own: `0.0.0.0` or `::`. */
export function unspecifiedAddress(family: AddressFamily): string {
  return family === 4 ? "0.0.0.0" : "::";
}

/** Writes a canonical address into `words`; the zone is left out. */
export function writeAddressWords(address: string, words: AddressWords): void {
  if (addressFamily(address) === 4) {
    words[0] = 0;
    words[1] = 0;
    words[2] = MAPPED_PREFIX_WORD;
    words[3] = ipv4Word(address);
    return;
  }
  const { parts } = ipaddr.IPv6.parse(splitZone(address).address);
  for (let index = 0; index < 4; index++) {
    words[index] = (parts[2 * index] ?? 0) * 0x1_00_00 + (parts[2 * index + 1] ?? 0);
  }
}

/** A canonical address as words of its own; the zone is left out. */
export function addressWords(address: string): AddressWords {
  const words = new Uint32Array(4);
  writeAddressWords(address, words);
  return words;
}

/** Whether the words hold an IPv4 address in its mapped form. */
export function isMappedIpv4(words: AddressWords): boolean {
  return words[0] === 0 && words[1] === 0 && words[2] === MAPPED_PREFIX_WORD;
}

/** The name or number of an interface; `isIP` of the runtime knows no underscore in it. */
const ZONE = /^[\w.:-]+$/;

interface ZonedAddress {
  readonly address: string;
  readonly zone: string | undefined;
}

function splitZone(text: string): ZonedAddress {
  const percent = text.indexOf("%");
  if (percent < 0) return { address: text, zone: undefined };
  return { address: text.slice(0, percent), zone: text.slice(percent + 1) };
}

function canonicalIpv6(address: string, zone: string | undefined): string {
  // ipaddr.js takes ::1.2.3.4 for ::ffff:1.2.3.4; written with its first zero it does not.
  const parsed = ipaddr.IPv6.parse(address.replace(/^::(?=\d+\.)/, "0::"));
  if (parsed.isIPv4MappedAddress()) return parsed.toIPv4Address().toString();
  return zone === undefined ? parsed.toRFC5952String() : `${parsed.toRFC5952String()}%${zone}`;
}

const DOT = 46;
const DIGIT_ZERO = 48;

function ipv4Word(address: string): number {
  let word = 0;
  let octet = 0;
  for (let index = 0; index < address.length; index++) {
    const character = address.charCodeAt(index);
    if (character === DOT) {
      word = word * 256 + octet;
      octet = 0;
    } else {
      octet = octet * 10 + character - DIGIT_ZERO;
    }
  }
  return word * 256 + octet;
}

function explainBadAddress(text: string): string {
  const shown = JSON.stringify(text);
  if (text === "") return "expected a host name or an IP address, got nothing";
  if (/^\[.*\]|^[^:]*:\d+$/.test(text)) {
    return `expected a host alone, without brackets; the port is given by itself; got ${shown}`;
  }
  if (/^(0x[0-9a-f]+|\d+)(\.(0x[0-9a-f]+|\d+))*$/i.test(text)) {
    return `expected an IPv4 address of four decimal numbers from 0 to 255, such as 127.0.0.1; got ${shown}`;
  }
  return `expected an IPv4 or IPv6 address, such as 127.0.0.1 or ::1; got ${shown}`;
}
