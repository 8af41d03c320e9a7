import { describe, expect, test } from "bun:test";
import { addressWords } from "../address/ip-address.ts";
import { SingleDestinations } from "./single-destinations.ts";

const FEW = ["192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8:0:1::1"].map(addressWords);

describe("destinations that are sent to one by one", () => {
  test("are those that were named", () => {
    for (const named of FEW) {
      const destinations = new SingleDestinations();
      expect(FEW.map((one) => destinations.has(one))).toEqual(FEW.map(() => false));
      destinations.add(named);
      expect(FEW.map((one) => destinations.has(one))).toEqual(FEW.map((one) => one === named));
    }
  });

  test("are forgotten after 1024 batches, whenever they were named", () => {
    const destinations = new SingleDestinations();
    const [one = addressWords("::1"), other = addressWords("::2")] = FEW;
    const pass = (count: number): void => {
      for (let batch = 0; batch < count; batch++) destinations.passBatch();
    };
    pass(5000);
    destinations.add(one);
    pass(1023);
    destinations.add(other);
    expect([destinations.has(one), destinations.has(other)]).toEqual([true, true]);
    pass(1);
    expect([destinations.has(one), destinations.has(other)]).toEqual([false, false]);
  });
});
