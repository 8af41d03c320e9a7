import {
  AND,
  encodeInstructions,
  IP_HEADER,
  JUMP_IF_AT_LEAST,
  JUMP_IF_EQUAL,
  LOAD_BYTE,
  LOAD_WORD,
  RETURN,
} from "./filter-program.ts";

const PACKET_TYPE = 0xff_ff_f0_00 + 4; // SKF_AD_OFF + SKF_AD_PKTTYPE
const PACKET_HOST = 0;

/**
 * Keeps a datagram only where its link-layer packet type says that it was sent to this host. On
 * loopback that type is PACKET_HOST for a broadcast too, so the destination address is looked at
 * as well.
 */
export const UNICAST_FILTER: Uint8Array = encodeInstructions([
  /* 0 */ [LOAD_WORD, 0, 0, PACKET_TYPE],
  /* 1 */ [JUMP_IF_EQUAL, 0, 9, PACKET_HOST], // no: drop
  /* 2 */ [LOAD_BYTE, 0, 0, IP_HEADER],
  /* 3 */ [AND, 0, 0, 0xf0],
  /* 4 */ [JUMP_IF_EQUAL, 3, 0, 0x60], // IPv6: 8
  /* 5 */ [LOAD_WORD, 0, 0, IP_HEADER + 16], // IPv4 destination
  /* 6 */ [JUMP_IF_AT_LEAST, 4, 0, 0xe0_00_00_00], // 224.0.0.0 and above: drop
  /* 7 */ [JUMP_IF_EQUAL, 3, 2, 0x7f_ff_ff_ff], // 127.255.255.255: drop, else keep
  /* 8 */ [LOAD_BYTE, 0, 0, IP_HEADER + 24], // IPv6 destination
  /* 9 */ [JUMP_IF_EQUAL, 1, 0, 0xff], // ff00::/8: drop
  /* 10, keep */ [RETURN, 0, 0, 0xff_ff_ff_ff],
  /* 11, drop */ [RETURN, 0, 0, 0],
]);

/** Keeps nothing: for the moment in which a queue is emptied before {@link UNICAST_FILTER}. */
export const DROP_EVERYTHING: Uint8Array = encodeInstructions([[RETURN, 0, 0, 0]]);
