import {
  AND,
  encodeInstructions,
  IP_HEADER,
  JUMP,
  JUMP_IF_EQUAL,
  LOAD_BYTE,
  LOAD_WORD,
  MULTIPLY,
  REMAINDER,
  RETURN_ACCUMULATOR,
  SET_INDEX,
  SHIFT_RIGHT,
  XOR_INDEX,
} from "./filter-program.ts";

/** 2^32 over the golden ratio. */
const ODD = 0x9e_37_79_b9;

/**
 * The number of the socket, among so many that share a port, that a datagram is for: one for each source address
 * (IPv6: each /64), whatever its port. The kernel's own choice looks at the port too, and who has many would then
 * be many sources. On an IPv6 socket IPv4 packets keep their header.
 */
export function sourceSpread(socketCount: number): Uint8Array {
  return encodeInstructions([
    /* 0 */ [LOAD_BYTE, 0, 0, IP_HEADER],
    /* 1 */ [AND, 0, 0, 0xf0],
    /* 2 */ [JUMP_IF_EQUAL, 2, 0, 0x60], // IPv6: 5
    /* 3 */ [LOAD_WORD, 0, 0, IP_HEADER + 12], // IPv4 source
    /* 4 */ [JUMP, 0, 0, 4], // 9
    /* 5 */ [LOAD_WORD, 0, 0, IP_HEADER + 8], // IPv6 source
    /* 6 */ [SET_INDEX, 0, 0, 0],
    /* 7 */ [LOAD_WORD, 0, 0, IP_HEADER + 12],
    /* 8 */ [XOR_INDEX, 0, 0, 0],
    /* 9: its upper half must count too */ [SET_INDEX, 0, 0, 0],
    /* 10 */ [SHIFT_RIGHT, 0, 0, 16],
    /* 11 */ [XOR_INDEX, 0, 0, 0],
    /* 12 */ [MULTIPLY, 0, 0, ODD],
    /* 13 */ [SHIFT_RIGHT, 0, 0, 16],
    /* 14 */ [REMAINDER, 0, 0, socketCount],
    /* 15 */ [RETURN_ACCUMULATOR, 0, 0, 0],
  ]);
}
