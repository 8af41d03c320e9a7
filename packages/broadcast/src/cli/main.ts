#!/usr/bin/env bun
import { runProcess } from "@udp/core/cli";
import { broadcastProgram } from "./program.ts";

await runProcess(broadcastProgram);
