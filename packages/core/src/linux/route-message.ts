import { addressFamily } from "../address/ip-address.ts";
import { encodeAddressBytes } from "./address-bytes.ts";
import { interfaceIndex } from "./interface-index.ts";
import type { NetlinkMessage } from "./netlink-message.ts";
import { decodeAttributes, encodeAttribute, numberAt } from "./netlink-message.ts";
import { AF_INET, AF_INET6 } from "./sockaddr.ts";

const RTM_NEWROUTE = 24;
const RTM_GETROUTE = 26;

/** `struct rtmsg { u8 family, dst_len, src_len, tos, table, protocol, scope, type; u32 flags; }`. */
const ROUTE_HEADER_BYTES = 12;

const RTA_DST = 1;
const RTA_OIF = 4;
const RTA_METRICS = 8;
const RTA_CACHEINFO = 12;
const RTAX_MTU = 2;

/** In `struct rta_cacheinfo { u32 clntref; u32 lastuse; i32 expires; … }`. */
const EXPIRES_OFFSET = 8;
/** The kernel shows its times to programs in hundredths of a second. */
const MS_PER_TICK = 10;

/** What the kernel says of the way to one destination. */
export interface RouteAnswer {
  readonly interfaceIndex: number;
  /** What the route, or a Packet Too Big that was heard, says; `undefined` where the interface decides. */
  readonly mtuBytes: number | undefined;
  /** Until this is forgotten; `undefined` for what lasts. */
  readonly expiresInMs: number | undefined;
}

/** Asks for the way to a canonical address; its zone says by which interface. */
export function routeRequest(address: string): NetlinkMessage {
  const family = addressFamily(address);
  const header = new Uint8Array(ROUTE_HEADER_BYTES);
  header[0] = family === 4 ? AF_INET : AF_INET6;
  header[1] = family === 4 ? 32 : 128;
  const [, zone] = address.split("%");
  const index = zone === undefined ? undefined : interfaceIndex(zone);
  const attributes = [
    encodeAttribute(RTA_DST, encodeAddressBytes(address)),
    ...(index === undefined
      ? []
      : [encodeAttribute(RTA_OIF, new Uint8Array(Int32Array.of(index).buffer))]),
  ];
  return { type: RTM_GETROUTE, body: new Uint8Array(Buffer.concat([header, ...attributes])) };
}

/** `undefined` for any other message, and for a route without an interface. */
export function decodeRoute({ type, body }: NetlinkMessage): RouteAnswer | undefined {
  if (type !== RTM_NEWROUTE) return undefined;
  const attributes = decodeAttributes(body.subarray(ROUTE_HEADER_BYTES));
  const index = numberAt(attributes.get(RTA_OIF), 0);
  if (index === undefined) return undefined;
  const metrics = decodeAttributes(attributes.get(RTA_METRICS) ?? new Uint8Array());
  const ticks = numberAt(attributes.get(RTA_CACHEINFO), EXPIRES_OFFSET) ?? 0;
  return {
    interfaceIndex: index,
    mtuBytes: numberAt(metrics.get(RTAX_MTU), 0),
    expiresInMs: ticks > 0 ? ticks * MS_PER_TICK : undefined,
  };
}
