/** Whether a sender may go on, and who waits for it. */
export class BackPressure {
  #isFull = false;
  #waiters: (() => void)[] = [];

  raise(): void {
    this.#isFull = true;
  }

  release(): void {
    this.#isFull = false;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const resume of waiters) resume();
  }

  released(): Promise<void> {
    if (!this.#isFull) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push(resolve));
  }
}
