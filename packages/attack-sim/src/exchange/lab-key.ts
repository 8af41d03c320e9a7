/**
 * What the laboratory's client and server share. It stands in the source, so it is no secret; but no
 * attacker of the laboratory uses it, as none would know it.
 */
export const LAB_KEY: Uint8Array = new TextEncoder().encode("known to client and server alone");
