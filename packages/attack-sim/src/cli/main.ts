#!/usr/bin/env bun
import { runProcess } from "@udp/core/cli";
import { attackSimProgram } from "./program.ts";

await runProcess(attackSimProgram);
