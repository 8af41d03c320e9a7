import { choiceOption, UdpError } from "@udp/core";
import type { EngineName } from "./engine.ts";

/** What is asked of an engine. */
export interface EngineWish {
  /** Default `auto`. */
  readonly engine: EngineName | "auto" | undefined;
  /** A socket, a clock or random numbers are given, which only the engine `portable` can use. */
  readonly isHandedIn: boolean;
  /** What is asked for and the engine `portable` has not, in words. */
  readonly portableLacks: string | undefined;
  /** Why this host, a Linux, has no engine `linux`, in words; asked at most once. */
  readonly findObstacle: () => Promise<string | undefined>;
}

/** Which engine runs. */
export interface EngineChoice {
  readonly engine: EngineName;
  /** Why it is not `linux` where `auto` would have chosen that, in words. */
  readonly obstacle: string | undefined;
}

/** @throws UdpError `UDP_BAD_OPTION`; `UDP_SYSTEM` where this host lacks what is needed. */
export async function chooseEngine(wish: EngineWish): Promise<EngineChoice> {
  const { engine = "auto", isHandedIn, portableLacks, findObstacle } = wish;
  choiceOption("engine", engine, ["auto", "portable", "linux"]);
  const isPossible = process.platform === "linux" && !isHandedIn;
  if (engine === "linux" && !isPossible) {
    throw badOption(
      "engine: linux runs on Linux only, with a socket, a clock and random numbers of its own",
    );
  }
  if (engine === "portable" || !isPossible) {
    if (portableLacks !== undefined) throw badOption(portableLacks);
    return { engine: "portable", obstacle: undefined };
  }
  const obstacle = await findObstacle();
  if (obstacle === undefined) return { engine: "linux", obstacle };
  if (engine === "auto" && portableLacks === undefined) return { engine: "portable", obstacle };
  const hint = portableLacks === undefined ? "; the engine portable needs less" : "";
  throw new UdpError("UDP_SYSTEM", `the engine linux cannot run here: ${obstacle}${hint}`);
}

function badOption(message: string): UdpError {
  return new UdpError("UDP_BAD_OPTION", message);
}
