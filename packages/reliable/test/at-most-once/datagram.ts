import type { Frame } from "../../src/frame.ts";
import { decodeFrame } from "../../src/frame.ts";
import type { OutgoingFrame } from "../../src/requester-session.ts";

/** A request by its number, which its identifier and its payload are made of. */
export type RequestNumber = number;

/** What one of the sessions has sent. */
export interface Datagram {
  readonly payload: Uint8Array;
  readonly frame: Frame;
  readonly request: RequestNumber;
  /** The same for datagrams that make no difference. */
  readonly name: string;
}

export function datagramOf({ payload }: OutgoingFrame): Datagram {
  const frame = decodeFrame(payload);
  if (typeof frame === "string") throw new Error(`a session sent what is ${frame}`);
  return { payload, frame, request: Number(frame.id[0]), name: nameOf(frame) };
}

/** How long a request was held makes no difference: the waits are fixed. */
function nameOf(frame: Frame): string {
  const { type, id, attempt, bootId } = frame;
  return [type, id[0], attempt, bootId?.[0], ...detailsOf(frame)].join(" ");
}

function detailsOf(frame: Frame): readonly (string | number)[] {
  switch (frame.type) {
    case "request":
    case "cookie":
      return frame.cookie === undefined ? [] : [Buffer.from(frame.cookie).toString("hex")];
    case "stale-boot":
      return [frame.uptimeMs];
    case "answer":
    case "error":
      return [Buffer.from(frame.payload).toString()];
    default:
      return [];
  }
}
