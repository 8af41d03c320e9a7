import { describe, expect, test } from "bun:test";
import { packetBytes, refusalBytes } from "./packet.ts";

describe("packet lengths", () => {
  test.each([
    ["10.0.0.2", 0, 28, 56],
    ["10.0.0.2", 100, 128, 156],
    ["10.0.0.2", 520, 548, 576],
    ["10.0.0.2", 65_507, 65_535, 576],
    ["fd00::2", 0, 48, 96],
    ["fd00::2", 1184, 1232, 1280],
    ["fd00::2", 65_527, 65_575, 1280],
  ])(
    "to %s with %d bytes: %d, and %d for the refusal",
    (address, payloadBytes, packet, refusal) => {
      const sent = {
        from: { address, port: 1 },
        to: { address, port: 2 },
        payload: new Uint8Array(payloadBytes),
      };
      expect([packetBytes(sent), refusalBytes(sent)]).toEqual([packet, refusal]);
    },
  );
});
