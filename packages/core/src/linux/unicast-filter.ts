import { ptr } from "bun:ffi";

/** One classic BPF instruction: `struct sock_filter { u16 code; u8 jt; u8 jf; u32 k; }`. */
type Instruction = readonly [code: number, jumpIfTrue: number, jumpIfFalse: number, k: number];

const INSTRUCTION_BYTES = 8;

const LOAD_WORD = 0x20;
const LOAD_BYTE = 0x30;
const AND = 0x54;
const JUMP_IF_EQUAL = 0x15;
const JUMP_IF_AT_LEAST = 0x35;
const RETURN = 0x06;

const PACKET_TYPE = 0xff_ff_f0_00 + 4; // SKF_AD_OFF + SKF_AD_PKTTYPE
const IP_HEADER = 0xff_f0_00_00; // SKF_NET_OFF
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

/** `struct sock_fprog { u16 len; struct sock_filter *filter; }`, the pointer at offset 8. */
export function filterProgram(instructions: Uint8Array): Uint8Array {
  const program = new Uint8Array(16);
  const view = new DataView(program.buffer);
  view.setUint16(0, instructions.byteLength / INSTRUCTION_BYTES, true);
  view.setBigUint64(8, BigInt(ptr(instructions)), true);
  return program;
}

function encodeInstructions(program: readonly Instruction[]): Uint8Array {
  const bytes = new Uint8Array(program.length * INSTRUCTION_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [index, [code, jumpIfTrue, jumpIfFalse, k]] of program.entries()) {
    const offset = index * INSTRUCTION_BYTES;
    view.setUint16(offset, code, true);
    view.setUint8(offset + 2, jumpIfTrue);
    view.setUint8(offset + 3, jumpIfFalse);
    view.setUint32(offset + 4, k, true);
  }
  return bytes;
}
