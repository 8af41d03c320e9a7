/** Ports in a row, from which a client asks: each as likely. */
export interface PortSpan {
  readonly first: number;
  readonly count: number;
}

/** The port of the client in the original article, which everybody knows. */
export const KNOWN_PORT: PortSpan = { first: 40_831, count: 1 };

/** Few enough to be guessed in a measurement. */
export const FEW_PORTS: PortSpan = { first: 50_000, count: 256 };

/** What Linux draws from. */
export const RANDOM_PORTS: PortSpan = { first: 32_768, count: 28_232 };
