import { IP_HEADER } from "../src/linux/filter-program.ts";

const INSTRUCTION_BYTES = 8;
const PACKET_TYPE = 0xff_ff_f0_04;

/** A packet as far as filters look at it. */
export interface FilteredPacket {
  /** Its link-layer packet type. */
  readonly type: number;
  /** The IP header, from its first byte on. */
  readonly header: DataView;
}

/** What classic BPF says of a packet; it knows as much as our programs use. */
export function runFilter(instructions: Uint8Array, packet: FilteredPacket): number {
  const program = new DataView(instructions.buffer);
  const words = { accumulator: 0, index: 0 };
  for (let offset = 0; offset < program.byteLength; offset += INSTRUCTION_BYTES) {
    const code = program.getUint16(offset, true);
    const k = program.getUint32(offset + 4, true);
    const jump = JUMPS.get(code)?.(words.accumulator, k);
    if (code === 0x06) return k;
    if (code === 0x16) return words.accumulator;
    if (code === 0x05) offset += k * INSTRUCTION_BYTES;
    else if (code === 0x07) words.index = words.accumulator;
    else if (jump === undefined) words.accumulator = compute(code, k, { ...words, packet });
    else offset += program.getUint8(offset + (jump ? 2 : 3)) * INSTRUCTION_BYTES;
  }
  throw new Error("the program ran out");
}

const JUMPS: ReadonlyMap<number, (accumulator: number, k: number) => boolean> = new Map([
  [0x15, (accumulator, k) => accumulator === k],
  [0x35, (accumulator, k) => accumulator >= k],
]);

interface Words {
  readonly accumulator: number;
  readonly index: number;
  readonly packet: FilteredPacket;
}

function compute(code: number, k: number, words: Words): number {
  const operation = OPERATIONS.get(code);
  if (operation === undefined) throw new Error(`no such instruction: ${code}`);
  return operation(words, k) >>> 0;
}

const OPERATIONS: ReadonlyMap<number, (words: Words, k: number) => number> = new Map([
  [
    0x20,
    ({ packet }, k) => (k === PACKET_TYPE ? packet.type : packet.header.getUint32(k - IP_HEADER)),
  ],
  [0x30, ({ packet }, k) => packet.header.getUint8(k - IP_HEADER)],
  [0x24, ({ accumulator }, k) => Math.imul(accumulator, k)],
  [0x54, ({ accumulator }, k) => accumulator & k],
  [0x74, ({ accumulator }, k) => accumulator >>> k],
  [0x94, ({ accumulator }, k) => accumulator % k],
  [0xac, ({ accumulator, index }) => accumulator ^ index],
]);
