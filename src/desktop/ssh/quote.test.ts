import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { commandLine } from "./quote.ts";

test("a shell gives every word back as it was", () => {
  const words = ["plain", "two words", "it's", "$HOME `id` $(id)", "a\nb", "", '"', "\\", "*", "-n", ";rm", "ünï"];
  const out = execFileSync("sh", ["-c", `printf '%s\\0' ${commandLine(words)}`], { encoding: "utf8" });
  expect(out.split("\0").slice(0, -1)).toEqual(words);
});
