import { expect, test } from "vitest";
import { pathIn } from "./links.ts";

test("only a link to a page is taken, and its path alone", () => {
  const id = "0197a000-0000-7000-8000-000000000001";
  const read = (...words: string[]) => pathIn(words);
  expect([
    read("/opt/Aeroplane/aeroplane", "--", `aeroplane://open/servers/${id}/doctor`),
    read(`aeroplane://open/servers/${id}?dialog=shortcuts`, "--original-process-start-time=1"),
    read("aeroplane://open/first", "aeroplane://open/last"),
    read("AEROPLANE://OPEN/people"),
    read("aeroplane://open"),
    read("aeroplane://open/"),
  ]).toEqual([`/servers/${id}/doctor`, `/servers/${id}?dialog=shortcuts`, "/last", "/people", "/", "/"]);
});

test("anything else is nobody's", () => {
  const strange = [
    "aeroplane://app/index.html",
    "aeroplane://opened/x",
    "aeroplane://open@evil.example/x",
    "aeroplane://open:80/x",
    "aeroplane:open/x",
    "https://open/x",
    "javascript:aeroplane://open/x",
    "--link=aeroplane://open/x",
    " aeroplane://open/x",
    "aeroplane://open/a b",
    "aeroplane://open/a\n",
    "aeroplane://open/\u0000",
    "aeroplane://open/ü",
    `aeroplane://open/${"a".repeat(2000)}`,
    "",
  ];
  for (const text of strange) expect(pathIn([text]), text).toBeNull();
  expect(pathIn([])).toBeNull();
});
