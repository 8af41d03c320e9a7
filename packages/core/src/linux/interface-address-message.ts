import { decodeAddressBytes } from "./address-bytes.ts";
import type { NetlinkMessage } from "./netlink-message.ts";
import { decodeAttributes, numberAt } from "./netlink-message.ts";

/** An address of one of this host's interfaces. */
export interface InterfaceAddress {
  readonly interfaceIndex: number;
  /** Canonical; where it is link-local, the name of the interface is its zone. */
  readonly address: string;
  /** How many bits its network has in common: 0 to 32, in IPv6 to 128. */
  readonly prefixLength: number;
  /**
   * As it was set, mostly by whatever gave the address, and so it may be any other one than
   * `directedBroadcast` says, to which hosts listen all the same. Often none was set; IPv6 has none.
   */
  readonly broadcast: string | undefined;
  /** The host at the other end, where the address was given for it alone. */
  readonly peer: string | undefined;
}

const RTM_NEWADDR = 20;
const RTM_GETADDR = 22;

/** `struct ifaddrmsg { u8 family; u8 prefixlen; u8 flags; u8 scope; u32 index; }`. */
const HEADER_BYTES = 8;
const PREFIX_LENGTH_OFFSET = 1;
const INDEX_OFFSET = 4;

const IFA_ADDRESS = 1;
const IFA_LOCAL = 2;
const IFA_BROADCAST = 4;

/** In a dump, asks for the addresses of all interfaces, of both families. */
export function interfaceAddressRequest(): NetlinkMessage {
  return { type: RTM_GETADDR, body: new Uint8Array(HEADER_BYTES) };
}

/** `undefined` for any other message. */
export function decodeInterfaceAddress(message: NetlinkMessage): InterfaceAddress | undefined {
  const { type, body } = message;
  const interfaceIndex = numberAt(body, INDEX_OFFSET);
  if (type !== RTM_NEWADDR || interfaceIndex === undefined) return undefined;
  const attributes = decodeAttributes(body.subarray(HEADER_BYTES));
  const addressIn = (attribute: number): string | undefined => {
    const bytes = attributes.get(attribute);
    return bytes === undefined ? undefined : decodeAddressBytes(bytes, interfaceIndex);
  };
  // With a peer, IFA_ADDRESS is the peer's; without one, IPv6 has no IFA_LOCAL.
  const [local, address] = [addressIn(IFA_LOCAL), addressIn(IFA_ADDRESS)];
  const own = local ?? address;
  if (own === undefined) return undefined;
  return {
    interfaceIndex,
    address: own,
    prefixLength: body[PREFIX_LENGTH_OFFSET] ?? 0,
    broadcast: addressIn(IFA_BROADCAST),
    peer: address === own ? undefined : address,
  };
}
