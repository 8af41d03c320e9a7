import { describe } from "bun:test";
import { describeClosing } from "./socket-contract/closing.ts";
import { describeDualStack } from "./socket-contract/dual-stack.ts";
import { describeConnected, describeExchange } from "./socket-contract/exchange.ts";
import { describeOpening } from "./socket-contract/opening.ts";
import { describePayloads, describeSendMany } from "./socket-contract/payloads.ts";
import { describeRefusals } from "./socket-contract/refusals.ts";
import type { ContractWorld } from "./socket-contract/world.ts";
import { FAMILIES } from "./socket-contract/world.ts";

/** What every implementation of `OpenDatagramSocket` keeps to. `setup` runs once for each test. */
export function describeSocketContract(name: string, setup: () => ContractWorld): void {
  describe(name, () => {
    for (const family of FAMILIES) {
      describe(`over ${family}`, () => {
        describeExchange(setup, family);
        describeConnected(setup, family);
        describeRefusals(setup, family);
      });
    }
    describe("payloads", () => describePayloads(setup));
    describe("sendMany", () => describeSendMany(setup));
    describe("a dual-stack socket", () => describeDualStack(setup));
    describe("opening", () => describeOpening(setup));
    describe("closing", () => describeClosing(setup));
  });
}
