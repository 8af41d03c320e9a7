/**
 * A loopback address (Linux: all of 127.0.0.0/8) that no other run of the tests uses, for what must
 * have the default port. There are two of them.
 */
export function ownAddress(index: 0 | 1): string {
  const { pid } = process; // up to 22 bits
  const secondByte = 64 * (index + 1) + (pid >>> 16);
  return `127.${secondByte}.${(pid >>> 8) & 0xff}.${pid & 0xff}`;
}
