#!/usr/bin/env bun
import { runProcess } from "@udp/core/cli";
import { labProgram } from "./program.ts";

await runProcess(labProgram);
