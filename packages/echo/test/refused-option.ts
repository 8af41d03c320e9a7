/** Numbers of system calls, which differ between processors. */
const CALLS: Readonly<Partial<Record<string, { readonly prctl: number; setsockopt: number }>>> = {
  x64: { prctl: 157, setsockopt: 54 },
  arm64: { prctl: 167, setsockopt: 208 },
};

/**
 * Has the kernel answer "Protocol not available" for one socket option (a seccomp filter, by its third argument)
 * from now on, as kernels do that lack it, and becomes another program.
 */
const SCRIPT = `
my ($prctl, $setsockopt, $option, @argv) = @ARGV;
my $filter = pack "SCCL" x 6,
  0x20, 0, 0, 0,            # the number of the call
  0x15, 0, 3, $setsockopt,
  0x20, 0, 0, 32,           # its third argument
  0x15, 0, 1, $option,
  0x06, 0, 0, 0x0005005c,   # fails: ENOPROTOOPT
  0x06, 0, 0, 0x7fff0000;   # is carried out
my $program = pack "Sx6P", 6, $filter;
syscall($prctl, 38, 1, 0, 0, 0) == 0 or die "PR_SET_NO_NEW_PRIVS: $!";
syscall($prctl, 22, 2, $program) == 0 or die "PR_SET_SECCOMP: $!";
exec @argv or die "$argv[0]: $!";
`;

const calls = CALLS[process.arch];

/** Why this host cannot refuse an option to a program, if it cannot. */
export const refusalObstacle: string | undefined =
  process.platform !== "linux" || calls === undefined
    ? "for Linux on x64 and arm64"
    : Bun.which("perl") === null
      ? "needs the program perl"
      : undefined;

/** The command line of a program that may do anything but set this socket option. */
export function withoutOption(option: number, argv: readonly string[]): string[] {
  const numbers = [calls?.prctl ?? 0, calls?.setsockopt ?? 0, option].map(String);
  return ["perl", "-e", SCRIPT, ...numbers, ...argv];
}
