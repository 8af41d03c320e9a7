import { timingSafeEqual } from "node:crypto";

/** 32 hexadecimal digits: of one responder from its start to its end, another after each start. */
export type InstanceId = string;

/** The bytes of an {@link InstanceId} on the wire, and of what proves it. */
export const INSTANCE_BYTES = 16;

/** A responder's identity. */
export interface Instance {
  /** Everyone may know it. */
  readonly id: InstanceId;
  /** Told when the responder says goodbye, and not before: only it can end what bears its name. */
  readonly secret: Uint8Array;
}

/** A new responder's identity; unpredictable where `randomBytes` is. */
export function createInstance(randomBytes: (count: number) => Uint8Array): Instance {
  const secret = Uint8Array.from(randomBytes(INSTANCE_BYTES));
  return { id: Buffer.from(commitment(secret)).toString("hex"), secret };
}

/** Whether it is what the instance's identifier was made of. */
export function isSecretOf(id: InstanceId, secret: Uint8Array): boolean {
  const known = Buffer.from(id, "hex");
  return known.byteLength === INSTANCE_BYTES && timingSafeEqual(known, commitment(secret));
}

function commitment(secret: Uint8Array): Uint8Array {
  return new Bun.CryptoHasher("sha256").update(secret).digest().subarray(0, INSTANCE_BYTES);
}
