import type { LinkOptions } from "@udp/core/simulation";

/** What one way of a link does to packets: `delay 10 ms ± 2 ms, loss 5 %`. */
export function linkTerms(options: LinkOptions): string {
  const { lossRatio, burst, duplicateRatio, reorderRatio, rateBitsPerSecond, queuePackets } =
    options;
  const terms = [
    delayTerm(options),
    lossRatio && `loss ${percent(lossRatio)}`,
    burst && `loss bursts enter ${percent(burst.enterRatio)} leave ${percent(burst.leaveRatio)}`,
    duplicateRatio && `duplication ${percent(duplicateRatio)}`,
    reorderRatio && `reordering ${percent(reorderRatio)}`,
    rateBitsPerSecond && `rate ${rateBitsPerSecond.toLocaleString("en")} bit/s`,
    queuePackets && `queue ${queuePackets.toLocaleString("en")} packets`,
  ];
  return terms.filter(Boolean).join(", ") || "no impairment";
}

function delayTerm({ delayMs, jitterMs }: LinkOptions): string | undefined {
  if (!delayMs) return undefined;
  return jitterMs ? `delay ${delayMs} ms ± ${jitterMs} ms` : `delay ${delayMs} ms`;
}

/** 0.07 * 100 is not 7. */
function percent(ratio: number): string {
  return `${Number((100 * ratio).toPrecision(12))} %`;
}
