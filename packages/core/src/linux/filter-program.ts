import { ptr } from "bun:ffi";

/**
 * One instruction of classic BPF: `struct sock_filter { u16 code; u8 jt; u8 jf; u32 k; }`. Its words are an
 * accumulator A and an index X; numbers of packets are big-endian.
 */
export type Instruction = readonly [
  code: number,
  jumpIfTrue: number,
  jumpIfFalse: number,
  k: number,
];

const INSTRUCTION_BYTES = 8;

export const LOAD_WORD = 0x20;
export const LOAD_BYTE = 0x30;
export const MULTIPLY = 0x24;
export const AND = 0x54;
export const SHIFT_RIGHT = 0x74;
export const REMAINDER = 0x94;
/** A ^= X. */
export const XOR_INDEX = 0xac;
/** X = A. */
export const SET_INDEX = 0x07;
export const JUMP = 0x05;
export const JUMP_IF_EQUAL = 0x15;
export const JUMP_IF_AT_LEAST = 0x35;
export const RETURN = 0x06;
export const RETURN_ACCUMULATOR = 0x16;

/** Where the IP header begins, wherever the program's packet does: SKF_NET_OFF. */
export const IP_HEADER = 0xff_f0_00_00;

/** `struct sock_fprog { u16 len; struct sock_filter *filter; }`, the pointer at offset 8. */
export function filterProgram(instructions: Uint8Array): Uint8Array {
  const program = new Uint8Array(16);
  const view = new DataView(program.buffer);
  view.setUint16(0, instructions.byteLength / INSTRUCTION_BYTES, true);
  view.setBigUint64(8, BigInt(ptr(instructions)), true);
  return program;
}

export function encodeInstructions(program: readonly Instruction[]): Uint8Array {
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
