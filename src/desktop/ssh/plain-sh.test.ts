import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { plainSh } from "./plain-sh.ts";

const SCRIPT = `set -eu\ncat > /dev/null\nprintf '%s|' "$@" 'it''s' "a\\\\b" '!!' "\${HOME:+home}"\n`;
const WORDS = ["sh", "-c", SCRIPT, "sh", "", "a b", "it's", "!boom", "#", "~", "a\nb", "tab\there", "100%\\n", "$(touch x)", "é", "*", "{a,b}"];

/** As sshd does it: the login shell gets one string. */
function through(shell: string, argv: string[], stdin: string) {
  const { line, head } = plainSh(argv);
  return spawnSync(shell, ["-c", line], { input: head + stdin, encoding: "utf8", env: { PATH: process.env.PATH, HOME: "/" } });
}

const shells = ["/bin/sh", "/bin/bash", "/bin/dash", "/bin/tcsh", "/usr/bin/fish", "/bin/zsh"].filter((path) => existsSync(path));

test.each(shells)("whatever the login shell, a command gets its words and its stdin: %s", (shell) => {
  const told = through(shell, WORDS, "never read as a script\n");
  expect([told.stderr, told.status]).toEqual(["", 0]);
  expect(told.stdout).toBe([...WORDS.slice(4), "it" + "s", "a\\b", "!!", "home", ""].join("|"));
  expect(through(shell, ["sh", "-c", "exit 7"], "").status).toBe(7);
  expect(through(shell, ["sh", "-c", "IFS= read -r one; cat"], "first\nrest\nof it").stdout).toBe("rest\nof it");
});

test("plain words go as they are; what a login shell could change does not reach it", () => {
  expect(plainSh(["sh", "-s", "--", "root"])).toEqual({ line: "sh -s -- root", head: "" });
  expect(plainSh(["sudo", "-n", "true"]).head).toBe("");
  for (const word of ["a b", "it's", "a\nb", "!x", "$x", "~", "", "%1", "=ls"]) {
    const { line, head } = plainSh(["echo", word]);
    expect([line.includes("echo"), head.split("\n").length, head.endsWith("\n")]).toEqual([false, 2, true]);
  }
});
