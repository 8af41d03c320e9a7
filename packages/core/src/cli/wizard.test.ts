import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { getEventListeners } from "node:events";
import { Argument, Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { MemoryTerminal } from "../testing/memory-terminal.ts";
import {
  ADVANCED_OPTIONS,
  BASIC_OPTIONS,
  ipv4Option,
  ipv6Option,
  jsonOption,
  portOption,
} from "./options.ts";
import { askForArguments } from "./wizard.ts";

const ENTER = "\r";
const DOWN = "\u001b[B";
const ERASE_LINE = "\u0015";
const CONTROL_C = "\u0003";
const ESCAPE = "\u001b";

function parseTimeout(text: string): number {
  if (/^\d+s$/.test(text)) return Number.parseInt(text, 10) * 1000;
  throw new InvalidArgumentError("Expected seconds, such as 2s.");
}

function serverCommand() {
  return new Command("server")
    .description("answer datagrams")
    .addArgument(new Argument("[host]", "address to listen at").default("127.0.0.1"))
    .addOption(portOption())
    .addOption(
      new Option("--reply <mode>", "how to answer")
        .choices(["length", "echo"])
        .default("length")
        .helpGroup(BASIC_OPTIONS),
    )
    .addOption(new Option("--rate <n>", "replies a second").helpGroup(ADVANCED_OPTIONS))
    .addOption(new Option("--trusted", "answer everybody").helpGroup(ADVANCED_OPTIONS))
    .addOption(jsonOption());
}

function clientCommand() {
  return new Command("client")
    .description("ask a server")
    .addArgument(new Argument("<host>", "server to ask"))
    .addOption(new Option("--message <text>", "what to send").helpGroup(BASIC_OPTIONS))
    .addOption(
      new Option("--timeout <duration>", "how long to wait")
        .default(5000, "5s")
        .argParser(parseTimeout)
        .helpGroup(BASIC_OPTIONS),
    );
}

function lookUpCommand() {
  return new Command("lookup")
    .description("look a name up")
    .addArgument(new Argument("[names...]", "what is looked up"))
    .addOption(new Option("--order <which>", "what comes first").choices(["old", "new"]))
    .addOption(
      new Option("--source <from>", "where to look").choices(["near", "far"]).default([], "both"),
    )
    .addOption(ipv4Option())
    .addOption(ipv6Option());
}

const { TERM } = Bun.env;

// A dumb terminal has no keys to edit a line with.
beforeAll(() => {
  Bun.env.TERM = "xterm";
});

afterAll(() => {
  if (TERM === undefined) delete Bun.env.TERM;
  else Bun.env.TERM = TERM;
});

/** A wizard at work: `answers` waits for each question before it presses the keys. */
class Conversation {
  readonly terminal = new MemoryTerminal({ isInteractive: true });
  readonly words: Promise<string[] | undefined>;

  constructor() {
    const program = new Command("udp-test")
      .description("test a tool")
      .addCommand(serverCommand())
      .addCommand(clientCommand())
      .addCommand(lookUpCommand());
    this.words = askForArguments(program, this.terminal);
  }

  async answer(question: string, ...keys: readonly string[]): Promise<void> {
    await this.terminal.stdout.shown(question);
    for (const key of keys) this.terminal.stdin.write(key);
  }

  get shown(): string {
    return this.terminal.stdout.text;
  }
}

describe("the answers make a command line", () => {
  test("of the command alone where every default will do", async () => {
    const conversation = new Conversation();
    await conversation.answer("Which role?", ENTER);
    await conversation.answer("Host: address to listen at", ENTER);
    await conversation.answer("--port: UDP port", ENTER);
    await conversation.answer("--reply: how to answer", ENTER);
    await conversation.answer("More options?", ENTER);
    expect(await conversation.words).toEqual(["server"]);
    expect(conversation.shown).toContain("The same as: udp-test server\n");
  });

  test("of everything that differs from its default", async () => {
    const conversation = new Conversation();
    await conversation.answer("Which role?", ENTER);
    await conversation.answer("Host: address to listen at", "::1", ENTER);
    await conversation.answer("--port: UDP port", "7007", ENTER);
    await conversation.answer("--reply: how to answer", DOWN, ENTER);
    await conversation.answer("More options?", "y");
    await conversation.answer("--rate: replies a second", "10", ENTER);
    await conversation.answer("--trusted: answer everybody", "y");
    await conversation.answer("--json: one JSON document a line", ENTER);
    expect(await conversation.words).toEqual([
      "server",
      "::1",
      "--port",
      "7007",
      "--reply",
      "echo",
      "--rate",
      "10",
      "--trusted",
    ]);
    expect(conversation.shown).toContain(
      "The same as: udp-test server ::1 --port 7007 --reply echo --rate 10 --trusted\n",
    );
  });

  test("that a shell would read as it was meant", async () => {
    const conversation = new Conversation();
    await conversation.answer("Which role?", DOWN, ENTER);
    await conversation.answer("Host: server to ask", "example.com", ENTER);
    await conversation.answer("--message: what to send", "it's $5; right?", ENTER);
    await conversation.answer("--timeout: how long to wait", ENTER);
    expect(await conversation.words).toEqual([
      "client",
      "example.com",
      "--message",
      "it's $5; right?",
    ]);
    expect(conversation.shown).toContain(
      `The same as: udp-test client example.com --message 'it'\\''s $5; right?'\n`,
    );
  });

  test("without a question for more where there is no more", async () => {
    const conversation = new Conversation();
    await conversation.answer("Which role?", DOWN, ENTER);
    await conversation.answer("Host: server to ask", "::1", ENTER);
    await conversation.answer("--message: what to send", ENTER);
    await conversation.answer("--timeout: how long to wait", "2s", ENTER);
    expect(await conversation.words).toEqual(["client", "::1", "--timeout", "2s"]);
    expect(conversation.shown).not.toContain("More options?");
  });
});

describe("options that cannot stand together", () => {
  test("are not asked for once one is chosen", async () => {
    const conversation = new Conversation();
    await conversation.answer("Which role?", DOWN, DOWN, ENTER);
    await conversation.answer("More options?", "y");
    await conversation.answer("--order:", ENTER);
    await conversation.answer("--source:", ENTER);
    await conversation.answer("--ipv4:", "y");
    expect(await conversation.words).toEqual(["lookup", "--ipv4"]);
    expect(conversation.shown).not.toContain("--ipv6:");
  });

  test("are asked for one after the other until then", async () => {
    const conversation = new Conversation();
    await conversation.answer("Which role?", DOWN, DOWN, ENTER);
    await conversation.answer("More options?", "y");
    await conversation.answer("--order:", ENTER);
    await conversation.answer("--source:", ENTER);
    await conversation.answer("--ipv4:", "n");
    await conversation.answer("--ipv6:", "y");
    expect(await conversation.words).toEqual(["lookup", "--ipv6"]);
  });
});

describe("a choice without a default that is one of them", () => {
  test("can be left out", async () => {
    const conversation = new Conversation();
    await conversation.answer("Which role?", DOWN, DOWN, ENTER);
    await conversation.answer("More options?", "y");
    await conversation.answer("(not given)", ENTER);
    await conversation.answer("both", ENTER);
    await conversation.answer("--ipv4:", "n");
    await conversation.answer("--ipv6:", "n");
    expect(await conversation.words).toEqual(["lookup"]);
  });

  test("can be made", async () => {
    const conversation = new Conversation();
    await conversation.answer("Which role?", DOWN, DOWN, ENTER);
    await conversation.answer("More options?", "y");
    await conversation.answer("--order:", DOWN, ENTER);
    await conversation.answer("--source:", DOWN, DOWN, ENTER);
    await conversation.answer("--ipv4:", "n");
    await conversation.answer("--ipv6:", "n");
    expect(await conversation.words).toEqual(["lookup", "--order", "old", "--source", "far"]);
  });
});

test("words without number are not asked for", async () => {
  const conversation = new Conversation();
  await conversation.answer("Which role?", DOWN, DOWN, ENTER);
  await conversation.answer("More options?", ENTER);
  expect(await conversation.words).toEqual(["lookup"]);
  expect(conversation.shown).not.toContain("Names:");
});

test("a default stands in its field only until something is typed", async () => {
  const conversation = new Conversation();
  await conversation.answer("Which role?", ENTER);
  await conversation.answer("127.0.0.1", "::", ENTER);
  await conversation.answer("1060", "1060", ENTER);
  await conversation.answer("--reply: how to answer", ENTER);
  await conversation.answer("More options?", ENTER);
  expect(await conversation.words).toEqual(["server", "::"]);
});

test("once the questions are over, an interruption is none of theirs", async () => {
  const conversation = new Conversation();
  await conversation.answer("Which role?", DOWN, DOWN, ENTER);
  await conversation.answer("More options?", ENTER);
  await conversation.words;
  const { shown, terminal } = conversation;
  const listeners = getEventListeners(terminal.interruption, "abort");
  terminal.interrupt();
  expect({ listeners, shown: conversation.shown }).toEqual({ listeners: [], shown });
});

describe("an answer that will not do is asked for again", () => {
  test("with what the command line would say against it", async () => {
    const conversation = new Conversation();
    await conversation.answer("Which role?", ENTER);
    await conversation.answer("Host: address to listen at", ENTER);
    await conversation.answer("--port: UDP port", "70000", ENTER);
    await conversation.answer('Expected a port from 0 to 65535; got "70000".', ERASE_LINE);
    await conversation.answer("--port: UDP port", "7007", ENTER);
    await conversation.answer("--reply: how to answer", ENTER);
    await conversation.answer("More options?", ENTER);
    expect(await conversation.words).toEqual(["server", "--port", "7007"]);
  });

  test("where an argument would be read as an option", async () => {
    const conversation = new Conversation();
    await conversation.answer("Which role?", DOWN, ENTER);
    await conversation.answer("Host: server to ask", "--help", ENTER);
    await conversation.answer("Expected no dash at the beginning.", ERASE_LINE, "::1", ENTER);
    await conversation.answer("--message: what to send", "-1", ENTER);
    await conversation.answer("--timeout: how long to wait", ENTER);
    expect(await conversation.words).toEqual(["client", "::1", "--message", "-1"]);
  });

  test("where it is missing and needed", async () => {
    const conversation = new Conversation();
    await conversation.answer("Which role?", DOWN, ENTER);
    await conversation.answer("Host: server to ask", ENTER);
    await conversation.answer("This is needed.", "::1", ENTER);
    await conversation.answer("--message: what to send", ENTER);
    await conversation.answer("--timeout: how long to wait", ENTER);
    expect(await conversation.words).toEqual(["client", "::1"]);
  });
});

describe("leaving gives no words", () => {
  test.each<[string, string]>([
    ["Ctrl-C", CONTROL_C],
    ["Escape", ESCAPE],
  ])("by %s at the first question", async (_name, key) => {
    const conversation = new Conversation();
    await conversation.answer("Which role?", key);
    expect(await conversation.words).toBeUndefined();
    expect(conversation.shown).toContain("Nothing was done.");
  });

  test.each<[string, readonly (readonly [string, string])[]]>([
    ["an argument", [["Host", CONTROL_C]]],
    [
      "a choice",
      [
        ["Host", ENTER],
        ["--port", ENTER],
        ["--reply", CONTROL_C],
      ],
    ],
    [
      "the question for more",
      [
        ["Host", ENTER],
        ["--port", ENTER],
        ["--reply", ENTER],
        ["More options?", CONTROL_C],
      ],
    ],
  ])("by Ctrl-C at %s", async (_name, answers) => {
    const conversation = new Conversation();
    await conversation.answer("Which role?", ENTER);
    for (const [question, key] of answers) await conversation.answer(question, key);
    expect(await conversation.words).toBeUndefined();
    expect(conversation.shown).not.toContain("The same as");
  });

  test("by a signal to the process", async () => {
    const conversation = new Conversation();
    await conversation.answer("Which role?");
    conversation.terminal.interrupt();
    expect(await conversation.words).toBeUndefined();
  });
});
