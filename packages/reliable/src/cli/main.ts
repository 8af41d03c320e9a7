#!/usr/bin/env bun
import { runProcess } from "@udp/core/cli";
import { reliableProgram } from "./program.ts";

await runProcess(reliableProgram);
