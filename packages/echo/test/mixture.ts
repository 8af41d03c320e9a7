import type { Random } from "@udp/core";
import type { LinkOptions } from "@udp/core/simulation";

/** Another mixture of loss, duplication, bursts of loss and reordering each time. */
export function randomMixture(random: Random): LinkOptions {
  const ratio = (): number => (random() < 0.2 ? 0 : 0.4 * random());
  return {
    delayMs: 20 * random(),
    lossRatio: ratio(),
    duplicateRatio: ratio(),
    reorderRatio: ratio(),
    burst:
      random() < 0.5 ? { enterRatio: 0, leaveRatio: 1 } : { enterRatio: 0.02, leaveRatio: 0.2 },
  };
}
