/**
 * Calls a callback of whoever uses the library, where there is one. A mistake in it is theirs, and an
 * uncaught exception; what called it goes on.
 */
export function tell<Arguments extends readonly unknown[]>(
  callback: ((...details: Arguments) => void) | undefined,
  ...details: Arguments
): void {
  try {
    callback?.(...details);
  } catch (mistake) {
    reportError(mistake);
  }
}
