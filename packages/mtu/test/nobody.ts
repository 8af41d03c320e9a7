const NOBODY = "65534";

/**
 * Before a command, runs it as a user without any right. In a lab, that takes other users than root:
 * `captureTest` is for tests that do so.
 */
export const AS_NOBODY: readonly string[] = [
  ...["setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"],
];
