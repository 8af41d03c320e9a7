import type { NetlinkMessage } from "./netlink-message.ts";
import { decodeAttributes, numberAt } from "./netlink-message.ts";

/** An interface of this host. */
export interface Link {
  /** At least 1. */
  readonly index: number;
  readonly name: string;
  /** The largest IP packet that it sends. */
  readonly mtuBytes: number;
  readonly flags: LinkFlags;
}

/** What an interface is and does, as netdevice(7) says it. */
export interface LinkFlags {
  /** Somebody switched it on. */
  readonly isUp: boolean;
  /** It is on, and something is at the other end. */
  readonly isRunning: boolean;
  /** It carries broadcasts. */
  readonly hasBroadcast: boolean;
  /** It carries datagrams to groups. */
  readonly hasMulticast: boolean;
  /** There is but one host at the other end. */
  readonly isPointToPoint: boolean;
  readonly isLoopback: boolean;
}

const RTM_NEWLINK = 16;
const RTM_GETLINK = 18;

/** `struct ifinfomsg { u8 family; u8 pad; u16 type; i32 index; u32 flags; u32 change; }`. */
const HEADER_BYTES = 16;
const INDEX_OFFSET = 4;
const FLAGS_OFFSET = 8;

const IFLA_IFNAME = 3;
const IFLA_MTU = 4;

const IFF_UP = 1;
const IFF_BROADCAST = 2;
const IFF_LOOPBACK = 8;
const IFF_POINTOPOINT = 0x10;
const IFF_RUNNING = 0x40;
const IFF_MULTICAST = 0x10_00;

/** Asks for one interface; in a dump, with 0, for all. */
export function linkRequest(index: number): NetlinkMessage {
  const body = new Uint8Array(HEADER_BYTES);
  new DataView(body.buffer).setInt32(INDEX_OFFSET, index, true);
  return { type: RTM_GETLINK, body };
}

/** `undefined` for any other message. */
export function decodeLink({ type, body }: NetlinkMessage): Link | undefined {
  if (type !== RTM_NEWLINK) return undefined;
  const [index, flags] = [numberAt(body, INDEX_OFFSET), numberAt(body, FLAGS_OFFSET)];
  const attributes = decodeAttributes(body.subarray(HEADER_BYTES));
  const name = attributes.get(IFLA_IFNAME);
  const mtuBytes = numberAt(attributes.get(IFLA_MTU), 0);
  if (index === undefined || flags === undefined) return undefined;
  if (name === undefined || mtuBytes === undefined) return undefined;
  return { index, name: textOf(name), mtuBytes, flags: decodeFlags(flags) };
}

function decodeFlags(flags: number): LinkFlags {
  return {
    isUp: (flags & IFF_UP) !== 0,
    isRunning: (flags & IFF_RUNNING) !== 0,
    hasBroadcast: (flags & IFF_BROADCAST) !== 0,
    hasMulticast: (flags & IFF_MULTICAST) !== 0,
    isPointToPoint: (flags & IFF_POINTOPOINT) !== 0,
    isLoopback: (flags & IFF_LOOPBACK) !== 0,
  };
}

/** Up to the closing zero. */
function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
}
