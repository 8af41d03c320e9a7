/**
 * Settles in the next turn of the event loop, when no promise callback is left: sockets, timers and
 * signals are heard before it.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
