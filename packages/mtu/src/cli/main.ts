#!/usr/bin/env bun
import { runProcess } from "@udp/core/cli";
import { mtuProgram } from "./program.ts";

await runProcess(mtuProgram);
