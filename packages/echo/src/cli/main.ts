#!/usr/bin/env bun
import { runProcess } from "@udp/core/cli";
import { echoProgram } from "./program.ts";

await runProcess(echoProgram);
