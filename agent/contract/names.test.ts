import { expect, test } from "vitest";
import * as names from "./names.ts";

const accepted = (schema: { safeParse(value: unknown): { success: boolean } }, values: readonly unknown[]) =>
  values.filter((value) => schema.safeParse(value).success);

test.each([
  ["gitUrl", ["https://host/owner/repo.git", "ssh://git@host:2222/owner/repo", "git@host:owner/repo"], ["ext::sh -c x", "file:///etc", "/etc", "-u x", "https://user:pw@host/a/b", "https://host/../b", "ssh://-oProxyCommand=x/y", "git@-oProxyCommand=x:y"]],
  ["branch", ["main", "feature/x-1", "v1.2"], ["-x", "--upload-pack=x", "a..b", "a b", "a.lock", "/a", "a/", "@", "a@{b", ""]],
  ["hostname", ["app.example.com", "a.test"], ["localhost", "*.example.com", "1.2.3.4", "App.example.com", "a.b:80", "{env.HOME}.com", "a..b"]],
  ["serviceName", ["web", "a1-b"], ["Web", "-web", "web-", "1web", "web.db", "", "shared", "localhost", "ip6-localhost"]],
  ["healthPath", ["/", "/health?full=1"], ["health", "//host", "/a b", "/{env.HOME}", "/a\nb"]],
  ["statuses", ["200", "200-399,401", "200 - 299, 404"], ["", "20", "99", "600", "399-200", "200-", "200;201", "ok"]],
  ["headerName", ["Accept", "X-Check", "host"], ["", "a b", "Accept:", "Content-Length", "X-Forwarded-For", "X-Aeroplane-Try", "ä"]],
  ["headerValue", ["", "text/html; q=1"], ["a\nb", "ä", "a\0"]],
  ["processors", [0.05, 0.5, 1.25, 64], [0, 0.01, -1, 0.123, 5000, "1", Number.NaN]],
  ["variableName", ["PORT", "_x", "constructor"], ["1A", "A-B", "A B", "__proto__", ""]],
  ["imageReference", ["nginx", "nginx:1.29", "ghcr.io/owner/image:tag"], ["-nginx", "a b", "nginx:", "$(id)"]],
] as const)("%s", (name, good, bad) => {
  expect(accepted(names[name], [...good, ...bad])).toEqual([...good]);
});

test("a path in a repository loses its dots and never leaves", () => {
  expect([names.repositoryPath.parse("./a//b/."), accepted(names.repositoryPath, ["../a", "a/../../b", "/a", "-a", "a\\b"])]).toEqual(["a/b", []]);
});

test("the value of Cache-Control has a comma and a space between two words, and no other white space", () => {
  const typed = ["no-store", " public,max-age=60 ", "public ,\n max-age=60", "public,\u00a0max-age=60", "public,\u2028max-age=60\v", "public,\r\nimmutable"];
  expect(typed.map((value) => names.cacheControl.parse(value))).toEqual(["no-store", ...Array.from({ length: 4 }, () => "public, max-age=60"), "public, immutable"]);
  expect(accepted(names.cacheControl, ["", ",", "public,", "public\nno-store", "max-age\u00a0=60", "max-age=60\u2028immutable", "public;no-store", "{file./etc/passwd}"])).toEqual([]);
  // What was put in order is in order.
  const long = Array.from({ length: 12 }, () => "private").join(",");
  expect([names.cacheControl.safeParse(long).success, names.cacheControl.safeParse(`${long},x`).success]).toEqual([false, false]);
});

test("variables: half a character, NUL and the one key that an object cannot hold are refused", () => {
  const inputs = ['{"A":"1"}', '{"__proto__":"x"}', '{"A":"\\ud800"}', '{"A":"a\\u0000"}'].map((text) => JSON.parse(text) as unknown);
  expect(accepted(names.variables, inputs)).toEqual([{ A: "1" }]);
});

test("an image's name is read in lower case, its tag is not", () => {
  const read = (text: string) => names.imageReference.safeParse(text).data;
  const digest = `sha256:${"a".repeat(64)}`;
  expect(["ghcr.io/Owner/App:V1", "Nginx", "Registry.Example:5000/A/B", `A:Tag@${digest}`, "a/B@sha256:X", "\u212Aelvin"].map(read)).toEqual(["ghcr.io/owner/app:V1", "nginx", "registry.example:5000/a/b", `a:Tag@${digest}`, undefined, undefined]);
});

test("a hostname in other letters is read as its form in DNS", () => {
  const read = (text: string) => names.hostname.safeParse(text).data;
  expect(["bücher.example", "例え。テスト", "xn--bcher-kva.example", "bücher", "bü cher.example", "b\u202eücher.example", "ü{env.HOME}.com", "bücher.example:80", "ü/..example"].map(read)).toEqual([
    "xn--bcher-kva.example", "xn--r8jz45g.xn--zckzah", "xn--bcher-kva.example", ...Array.from({ length: 6 }),
  ]);
});
