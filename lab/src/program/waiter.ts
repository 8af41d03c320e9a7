/**
 * What a shell does that starts the program behind it as its only child, and ends as that one does.
 * It would say on stderr how a signal ended the program; that is its caller's to say.
 */
export const RUN_AND_WAIT = 'exec 3>&2 2>/dev/null; (exec "$@" 2>&3 3>&-); exit $?';

/** A command that starts what stands behind it, and waits. */
export const WAITER: readonly string[] = ["sh", "-c", RUN_AND_WAIT, "sh"];
