import { expect, test } from "bun:test";
import { COUNTS, NOTHING_SEEN } from "../../test/measured-result.ts";
import { probePlan } from "./plan.ts";
import type { ProbeCounts } from "./result.ts";
import { isAnswered, noReply } from "./result.ts";

const target = { address: "192.0.2.1", port: 1060 };

/** Ten datagrams left, and nothing came. */
const UNANSWERED: ProbeCounts = {
  ...COUNTS,
  sentCount: 10,
  replyCount: 0,
  distinctReplyCount: 0,
  highestReplyNumber: -1,
  answeredCount: 0,
};

test("a measurement is answered by a reply, or by word of what was seen of what was sent", () => {
  const answered = { ...UNANSWERED, answeredCount: 1 };
  const unsent = { ...UNANSWERED, sentCount: 0 };
  expect([
    isAnswered({ counts: UNANSWERED, peer: undefined }),
    isAnswered({ counts: answered, peer: undefined }),
    isAnswered({ counts: UNANSWERED, peer: NOTHING_SEEN }),
    isAnswered({ counts: unsent, peer: NOTHING_SEEN }),
  ]).toEqual([false, true, true, false]);
});

test.each([
  [{}, "ECHO_NO_REPLY", "No reply came from 192.0.2.1:1060"],
  [{ wrongSourceCount: 9 }, "ECHO_NO_REPLY", "No reply came from 192.0.2.1:1060"],
  [{ sentCount: 0 }, "ECHO_NO_REPLY", "Nothing could be sent to 192.0.2.1:1060"],
  [
    { malformedCount: 9 },
    "ECHO_NOT_MEASURABLE",
    "192.0.2.1:1060 answers, but not with what was sent; --protocol auto finds out what it speaks",
  ],
  [
    { malformedCount: 1, wrongHmacCount: 9 },
    "ECHO_NOT_MEASURABLE",
    "192.0.2.1:1060 answers with another key, or with none",
  ],
  [{ forgottenCount: 9 }, "ECHO_NOT_MEASURABLE", "192.0.2.1:1060 has forgotten the measurement"],
])("of %p it says why there is nothing to say", (counts, code, message) => {
  const plan = probePlan({ protocol: "echo" });
  expect(noReply({ target, plan, counts: { ...UNANSWERED, ...counts } })).toMatchObject({
    code,
    message,
  });
});
