import type { Clock } from "@udp/core";
import { msToNs, UdpError } from "@udp/core";
import type { NetworkInterface, ReadInterfaces } from "./network-interface.ts";

const INTERVAL_NS = msToNs(1000);

/** Looks once a second whether interfaces, or their addresses, have come or gone. */
export class InterfaceWatch implements Disposable {
  readonly #read: ReadInterfaces;
  readonly #clock: Clock;
  readonly #onChange: (interfaces: readonly NetworkInterface[]) => void;
  #known: readonly NetworkInterface[];
  #cancelTimer: () => void;

  /** @param known as they are; changes from there on are told. */
  constructor(
    known: readonly NetworkInterface[],
    { read, clock }: { readonly read: ReadInterfaces; readonly clock: Clock },
    onChange: (interfaces: readonly NetworkInterface[]) => void,
  ) {
    this.#known = known;
    this.#read = read;
    this.#clock = clock;
    this.#onChange = onChange;
    this.#cancelTimer = this.#arm();
  }

  [Symbol.dispose](): void {
    this.#cancelTimer();
  }

  #arm(): () => void {
    return this.#clock.at(this.#clock.nowNs() + INTERVAL_NS, () => {
      this.#cancelTimer = this.#arm();
      this.#look();
    });
  }

  #look(): void {
    const interfaces = this.#readNow();
    if (Bun.deepEquals(interfaces, this.#known)) return;
    this.#known = interfaces;
    this.#onChange(interfaces);
  }

  /** While the system cannot tell, they are as they were. */
  #readNow(): readonly NetworkInterface[] {
    try {
      return this.#read();
    } catch (error) {
      if (error instanceof UdpError) return this.#known;
      throw error;
    }
  }
}
