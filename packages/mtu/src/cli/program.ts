import { Argument, Command, Option } from "@commander-js/extra-typings";
import type { Terminal } from "@udp/core/cli";
import {
  ADVANCED_OPTIONS,
  BASIC_OPTIONS,
  colorOption,
  durationBetween,
  ipv4Option,
  ipv6Option,
  jsonOption,
  loopbackHost,
  peerPortOption,
  portOption,
  quietOption,
  ratePerSourceOption,
  rateTotalOption,
  wholeNumber,
} from "@udp/core/cli";
import manifest from "../../package.json" with { type: "json" };
import { TOO_LARGE_PAYLOAD_BYTES } from "../kernel-view.ts";
import { headerBytes, maxPacketBytes } from "../packet-size.ts";

/** Every command, argument and option of `udp-mtu`. The commands themselves are loaded when they run. */
export function mtuProgram(terminal: Terminal): Command {
  return new Command("udp-mtu")
    .description("How large a datagram a path carries: believed, or measured")
    .version(manifest.version)
    .addCommand(kernelCommand(terminal), { isDefault: true })
    .addCommand(discoverCommand(terminal))
    .addCommand(traceCommand(terminal))
    .addCommand(reflectorCommand(terminal))
    .addHelpText("after", HELP_FOOTER);
}

const HELP_FOOTER = `
Started without arguments on a terminal, it asks for the role and its options.
Shell completion: udp-mtu complete zsh|bash|fish|powershell

Examples:
  udp-mtu example.net            what this host's kernel believes; short for udp-mtu kernel
  udp-mtu reflector 0.0.0.0      the far end of a measurement, at port 1060
  udp-mtu discover example.net   measures the path to it
  udp-mtu trace example.net      hop by hop`;

function kernelCommand(terminal: Terminal) {
  return new Command("kernel")
    .description("say what the kernel believes")
    .addArgument(hostArgument())
    .addOption(peerPortOption())
    .addOption(
      new Option("--size <payload-bytes>", "UDP payload of the datagram")
        .default(TOO_LARGE_PAYLOAD_BYTES)
        .argParser(wholeNumber(0, TOO_LARGE_PAYLOAD_BYTES))
        .helpGroup(BASIC_OPTIONS),
    )
    .addOption(ipv4Option())
    .addOption(ipv6Option())
    .addOption(jsonOption())
    .addOption(quietOption("not where the kernel has it from"))
    .addOption(colorOption())
    .action(async (host, options) => {
      const { runKernel } = await import("./kernel.ts");
      await runKernel(terminal, host, options);
    });
}

function discoverCommand(terminal: Terminal) {
  return new Command("discover")
    .description("measure the path MTU, and say how it is known")
    .addArgument(hostArgument())
    .addOption(peerPortOption())
    .addOption(
      new Option("--sequential", "one probe at a time, by the letter of RFC 8899").helpGroup(
        ADVANCED_OPTIONS,
      ),
    )
    .addOption(
      new Option("--watch", "keep measuring, and print changes").helpGroup(ADVANCED_OPTIONS),
    )
    .addOption(
      new Option(
        "--interval <duration>",
        "how often --watch confirms the result, 1s to 5m (default: 30s)",
      )
        .argParser(durationBetween("1s", "5m"))
        .implies({ watch: true })
        .helpGroup(ADVANCED_OPTIONS),
    )
    .addOption(ipv4Option())
    .addOption(ipv6Option())
    .addOption(jsonOption())
    .addOption(quietOption("print the verdict and the path MTU"))
    .addOption(colorOption())
    .action(async (host, options) => {
      const { runDiscover } = await import("./discover.ts");
      await runDiscover(terminal, host, options);
    });
}

function traceCommand(terminal: Terminal) {
  return new Command("trace")
    .description("show the hops, and where large packets vanish")
    .addArgument(hostArgument())
    .addOption(peerPortOption())
    .addOption(
      new Option("--size <packet-bytes>", "an IP packet that may be too large")
        .argParser(wholeNumber(headerBytes(4), maxPacketBytes(6)))
        .helpGroup(BASIC_OPTIONS),
    )
    .addOption(
      new Option("--max-hops <n>", "hops to try")
        .default(30)
        .argParser(wholeNumber(1, 255))
        .helpGroup(BASIC_OPTIONS),
    )
    .addOption(ipv4Option())
    .addOption(ipv6Option())
    .addOption(jsonOption())
    .addOption(colorOption())
    .action(async (host, options) => {
      const { runTrace } = await import("./trace.ts");
      await runTrace(terminal, host, options);
    });
}

function reflectorCommand(terminal: Terminal) {
  return new Command("reflector")
    .description("answer measurements: the far end of discover and trace")
    .addArgument(
      new Argument("[host]", "address to listen at; 0.0.0.0 or :: for all").default("127.0.0.1"),
    )
    .addOption(portOption())
    .addOption(
      new Option(
        "--budget <bytes>",
        "bytes of large datagrams sent back in a minute, a quarter of them to one source; 0 for none (default: 40000000)",
      )
        .argParser(wholeNumber(0, Number.MAX_SAFE_INTEGER))
        .helpGroup(BASIC_OPTIONS),
    )
    .addOption(ratePerSourceOption())
    .addOption(rateTotalOption())
    .addOption(ipv4Option())
    .addOption(ipv6Option())
    .addOption(jsonOption())
    .addOption(quietOption("no line per datagram"))
    .addOption(colorOption())
    .action(async (host, options, { args }) => {
      const { runReflector } = await import("./reflector.ts");
      await runReflector(terminal, args.length > 0 ? host : loopbackHost(options), options);
    });
}

function hostArgument() {
  return new Argument("<host>", "address or name of the far end");
}
