interface Timer {
  readonly deadlineNs: number;
  /** The order of insertion, which decides between equal deadlines. */
  readonly turn: number;
  /** Absent once it is cancelled. */
  callback: (() => void) | undefined;
}

/** A timer that was taken out of the queue, to be called now. */
export interface DueTimer {
  readonly deadlineNs: number;
  readonly callback: () => void;
}

/** With fewer cancelled timers it is not worth the while to clear them out. */
const MANY_CANCELLED = 64;

/**
 * Timers in the order of their deadlines, equal ones in the order of insertion: a binary heap. At most
 * half of it, and some, are cancelled timers.
 */
export class TimerQueue {
  #heap: Timer[] = [];
  #nextTurn = 0;
  #cancelledCount = 0;

  /** Returns a function that cancels the timer. */
  add(deadlineNs: number, callback: () => void): () => void {
    const timer: Timer = { deadlineNs, turn: this.#nextTurn++, callback };
    this.#rise(this.#heap.push(timer) - 1, timer);
    return () => this.#cancel(timer);
  }

  /** When the next timer is due; `undefined` where none is left. */
  nextDeadlineNs(): number | undefined {
    this.#discardCancelled();
    return this.#heap[0]?.deadlineNs;
  }

  /** Takes the next timer out, unless its deadline is later than `untilNs`. */
  takeDue(untilNs: number): DueTimer | undefined {
    this.#discardCancelled();
    const [first] = this.#heap;
    if (first?.callback === undefined || first.deadlineNs > untilNs) return undefined;
    const { deadlineNs, callback } = first;
    // It is no longer there to be cancelled.
    first.callback = undefined;
    this.#removeFirst();
    return { deadlineNs, callback };
  }

  #cancel(timer: Timer): void {
    if (timer.callback === undefined) return;
    timer.callback = undefined;
    this.#cancelledCount++;
    const isCrowded = this.#cancelledCount > Math.max(this.#heap.length / 2, MANY_CANCELLED);
    if (isCrowded) this.#clearOut();
  }

  #clearOut(): void {
    // What is in order is a heap.
    this.#heap = this.#heap
      .filter(({ callback }) => callback !== undefined)
      .sort((one, other) => (isBefore(one, other) ? -1 : 1));
    this.#cancelledCount = 0;
  }

  #discardCancelled(): void {
    while (this.#heap.length > 0 && this.#heap[0]?.callback === undefined) {
      this.#removeFirst();
      this.#cancelledCount--;
    }
  }

  #removeFirst(): void {
    const last = this.#heap.pop();
    if (last !== undefined && this.#heap.length > 0) this.#sink(last);
  }

  /** Puts `timer` at `index` or above. */
  #rise(index: number, timer: Timer): void {
    let place = index;
    while (place > 0) {
      const parentPlace = (place - 1) >> 1;
      const parent = this.#heap[parentPlace];
      if (parent === undefined || isBefore(parent, timer)) break;
      this.#heap[place] = parent;
      place = parentPlace;
    }
    this.#heap[place] = timer;
  }

  /** Puts `timer` at the root or below. */
  #sink(timer: Timer): void {
    let place = 0;
    for (;;) {
      const childPlace = this.#earlierChild(place);
      const child = this.#heap[childPlace];
      if (child === undefined || isBefore(timer, child)) break;
      this.#heap[place] = child;
      place = childPlace;
    }
    this.#heap[place] = timer;
  }

  #earlierChild(place: number): number {
    const leftPlace = 2 * place + 1;
    const left = this.#heap[leftPlace];
    const right = this.#heap[leftPlace + 1];
    return left !== undefined && right !== undefined && isBefore(right, left)
      ? leftPlace + 1
      : leftPlace;
  }
}

function isBefore(one: Timer, other: Timer): boolean {
  return one.deadlineNs === other.deadlineNs
    ? one.turn < other.turn
    : one.deadlineNs < other.deadlineNs;
}
