import { expect, test } from "vitest";
import { levelOf, matcherOf, plainText, type LogFilter, type LogLine } from "./index.ts";

test.each([
  ["error", "out", '{"level":"error","msg":"x"}'],
  ["error", "out", '{"message":"it went wrong","level":"ERROR"}'],
  ["error", "out", '{"level":50,"time":1,"msg":"x"}'],
  ["warn", "err", '{"severity": "WARNING"}'],
  ["debug", "out", '{"level":20}'],
  ["error", "out", '{"priority":1,"severity":3}'],
  ["warn", "err", 'time=2026-11-30T04:45:00Z level=warn msg="slow"'],
  ["error", "out", "Error: no database"],
  ["error", "out", "[error] 12#12: upstream"],
  ["info", "err", "INFO:     Started server process [1]"],
  ["info", "err", "2026-11-30 04:45:00,123 INFO  main - listening"],
  ["error", "out", "2026-11-30 04:45:00.123 [main] ERROR com.example.App - no"],
  ["warn", "err", "2026/11/30 04:45:00 [warn] 1#1: low"],
  ["debug", "err", "DEBUG: query took 3 ms"],
  ["error", "err", "Traceback (most recent call last):"],
  ["info", "out", "listening on 3000"],
  ["info", "out", "an error of theirs was handled"],
  ["info", "out", "GET /errors 200"],
  ["info", "out", '{"level":"strange"}'],
  ["info", "out", "constructor: x"],
])("%s: what %s says as %s", (level, stream, text) => {
  expect(levelOf({ stream, text })).toBe(level);
});

test("a text loses what a terminal would obey, and nothing else", () => {
  expect(plainText("\u001b[1;31mred\u001b[0m \u001b]0;title\u0007a\tb\u0000c\rd\n\u001b[38;5;2mx")).toBe("red a\tbcd\nx");
});

test.each<[LogFilter, number[]]>([
  [{}, [0, 1, 2, 3]],
  [{ text: "FAILED once" }, [1]],
  [{ level: "error" }, [1]],
  [{ level: "warn" }, [1, 2]],
  [{ level: "debug" }, [0, 1, 2, 3]],
  [{ from: 20, until: 40 }, [1, 2]],
  [{ only: ["b"] }, [2, 3]],
  [{ only: [] }, []],
  [{ except: ["b"], text: "e" }, [0, 1]],
])("of four lines %j wants %j", (filter, wanted) => {
  const line = (at: number, from: string, text: string): LogLine => ({ at, from, stream: "out", text });
  const lines = [line(10, "a", "fine"), line(20, "a", "error: \u001b[31mfailed\u001b[0m once"), line(30, "b", "WARN slow"), line(40, "b", "DEBUG x")];
  expect(lines.flatMap((one, index) => (matcherOf(filter)(one) ? [index] : []))).toEqual(wanted);
});

// Were a pattern to go back and forth over these, the test would not end.
test.each(["[".repeat(8192), `${" ".repeat(8192)}x`, `"level"${" ".repeat(8100)}`, "0:".repeat(4096), "\u001b[".repeat(4000), "\u001b]".repeat(4000), "2 ".repeat(4000)])("a long line of nothing but beginnings is looked at once", (text) => {
  expect([plainText(text).length <= text.length, levelOf({ stream: "out", text })]).toEqual([true, "info"]);
});
