/** A tool to complete the command line of. */
import { Command, Option } from "@commander-js/extra-typings";
import { runProcess } from "../../src/cli/run.ts";

await runProcess(() =>
  new Command("udp-test")
    .addCommand(new Command("ask").option("--slowly", "takes its time"))
    .addCommand(
      new Command("answer").addOption(
        new Option("--mode <mode>", "how").choices(["echo", "length"]),
      ),
    ),
);
