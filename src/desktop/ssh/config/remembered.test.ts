import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { rememberLines } from "./remembered.ts";

const folder = mkdtempSync(join(tmpdir(), "ssh-remembered-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function homeWith(text: string) {
  const home = mkdtempSync(join(folder, "home-"));
  mkdirSync(join(home, ".ssh"), { mode: 0o700 });
  const write = (next: string) => writeFileSync(join(home, ".ssh", "config"), next, { mode: 0o600 });
  write(text);
  const asked: string[] = [];
  let at = 0;
  const linesOf = rememberLines({ home, ask: async (name) => (asked.push(name), [["hostname", name], ["user", `u${asked.length}`]]), now: () => at });
  return { write, asked, linesOf, later: (ms: number) => (at += ms) };
}

test("where no line is about one name, ssh is asked once for all of them, and again when a file or the day is another", async () => {
  const { asked, linesOf, write, later } = homeWith("ServerAliveInterval 5\nHost *\n  User root\n");
  expect(await Promise.all(["a", "b", "a"].map(linesOf))).toEqual(["a", "b", "a"].map((name) => [["hostname", name], ["user", "u1"]]));
  // Each of the three reads the files by itself: whichever has them first asks.
  expect(asked).toHaveLength(1);
  write("Host *\n  User other\n");
  await linesOf("b");
  later(600_000);
  await linesOf("b");
  expect(asked.slice(1)).toEqual(["b", "b"]);
});

test("a name that may have lines of its own is asked for by itself, and what a program decides each time", async () => {
  for (const text of ["Host a b\n  User x\n", "Host=a\n", "Match host a\n", "HostName %h.example.com\n", "CanonicalizeHostname yes\n"]) {
    const { asked, linesOf } = homeWith(text);
    for (const name of ["a", "b", "a"]) await linesOf(name);
    expect([text, asked]).toEqual([text, ["a", "b"]]);
  }
  const { asked, linesOf } = homeWith("Match exec \"test -e /tmp/at-home\"\n  User x\n");
  for (const name of ["a", "a"]) await linesOf(name);
  expect(asked).toEqual(["a", "a"]);
});

test("a refusal is not remembered", async () => {
  let tries = 0;
  const home = mkdtempSync(join(folder, "home-"));
  const linesOf = rememberLines({ home, ask: () => ((tries += 1) === 1 ? Promise.reject(new Error("refused")) : Promise.resolve([["user", "x"]])) });
  await expect(linesOf("a")).rejects.toThrow("refused");
  expect(await linesOf("a")).toEqual([["user", "x"]]);
});
