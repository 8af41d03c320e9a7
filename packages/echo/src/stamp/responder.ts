import type { ArrivedDatagram } from "@udp/core";
import { estimateStampError } from "@udp/core";
import type { Responder } from "../responder.ts";
import type { WallClock } from "../wall-clock.ts";
import type { StampReflectorMode, StampRefusal } from "./reflector.ts";
import { StampReflector } from "./reflector.ts";

/** What a {@link StampResponder} is made of. */
export interface StampResponderOptions {
  readonly mode: StampReflectorMode;
  /** 16 to 64 bytes; without one packets are not authenticated. */
  readonly key: Uint8Array | undefined;
  readonly wallClock: WallClock;
}

/** Answers as a session-reflector of STAMP, and nothing else. */
export class StampResponder implements Responder {
  readonly #wallClock: WallClock;
  readonly #reflector: StampReflector;

  /** @throws UdpError `UDP_BAD_OPTION` for a key that is too short or too long. */
  constructor({ mode, key, wallClock }: StampResponderOptions) {
    this.#wallClock = wallClock;
    this.#reflector = new StampReflector({
      mode,
      key,
      unixNowNs: () => wallClock.unixNowNs(),
      errorEstimate: () => estimateStampError(wallClock.status()),
    });
  }

  answer(request: ArrivedDatagram, reply: Uint8Array, nowNs: number): number | StampRefusal {
    const receivedAtUnixNs = request.arrivedAtUnixNs ?? this.#wallClock.unixNowNs();
    return this.#reflector.reflect(request, { nowNs, receivedAtUnixNs }, reply);
  }

  countRefusal(): void {}

  isOwnReply(payload: Uint8Array): boolean {
    return this.#reflector.isOwnReply(payload);
  }
}
