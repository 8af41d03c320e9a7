/** A tool that runs another program, which said what the first option has. */
import { Command } from "@commander-js/extra-typings";
import { runProcess } from "../../src/cli/run.ts";
import { UdpError } from "../../src/errors.ts";

await runProcess(() =>
  new Command("udp-test").addCommand(
    new Command("run")
      .requiredOption("--code <n>", "what the other program ended with", Number)
      .option("--fail", "fails after that")
      .action(({ code, fail }) => {
        process.exitCode = code;
        if (fail) throw new UdpError("UDP_SYSTEM", "out of luck");
      }),
  ),
);
