import { execFileSync } from "node:child_process";
import { lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createHostKeys } from "./host-keys.ts";
import { fingerprint, judge, knownTypes, parseKnownHosts } from "./known-hosts.ts";

let folder: string;
const keys: Record<"a" | "b" | "rsa", { line: string; blob: Buffer }> = {} as never;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "known-hosts-"));
  for (const [name, type] of [["a", "ed25519"], ["b", "ed25519"], ["rsa", "rsa"]] as const) {
    execFileSync("ssh-keygen", ["-q", "-t", type, "-N", "", "-f", join(folder, name)]);
    const [kind, body] = readFileSync(join(folder, `${name}.pub`), "utf8").split(" ");
    keys[name] = { line: `${kind} ${body}`, blob: Buffer.from(body!, "base64") };
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("plain names, ports, wildcards, negation, markers", () => {
  const text = [
    "# a comment",
    "",
    `plain.test,10.0.0.1 ${keys.a.line} comment here`,
    `[port.test]:2222 ${keys.a.line}`,
    `*.wild.test,!bad.wild.test ${keys.a.line}`,
    `@revoked gone.test ${keys.a.line}`,
    `@cert-authority *.ca.test ${keys.a.line}`,
    "broken line",
  ].join("\n");
  const known = parseKnownHosts(text, "F");
  const state = (name: string, key: Buffer) => judge(known, name, key).state;
  expect({
    plain: state("plain.test", keys.a.blob),
    byAddress: state("10.0.0.1", keys.a.blob),
    changed: judge(known, "plain.test", keys.b.blob),
    otherType: judge(known, "plain.test", keys.rsa.blob),
    port: state("[port.test]:2222", keys.a.blob),
    wrongPort: state("[port.test]:2223", keys.a.blob),
    wild: state("x.wild.test", keys.a.blob),
    negated: state("bad.wild.test", keys.a.blob),
    revoked: judge(known, "gone.test", keys.a.blob),
    bareName: state("[plain.test]:2222", keys.a.blob),
    authority: state("x.ca.test", keys.a.blob),
    unknown: state("new.test", keys.a.blob),
    types: knownTypes(known, "plain.test"),
  }).toEqual({
    plain: "known",
    byAddress: "known",
    changed: { state: "changed", entry: expect.objectContaining({ file: "F", line: 3 }) },
    otherType: { state: "changed", entry: expect.objectContaining({ type: "ssh-ed25519", line: 3 }) },
    port: "known",
    wrongPort: "unknown",
    wild: "known",
    negated: "unknown",
    revoked: { state: "revoked", entry: expect.objectContaining({ line: 6 }) },
    bareName: "known",
    authority: "unknown",
    unknown: "unknown",
    types: ["ssh-ed25519"],
  });
});

test("reads what ssh-keygen hashed, and fingerprints like it", () => {
  const file = join(folder, "hashed");
  writeFileSync(file, `hashed.test ${keys.a.line}\n[other.test]:2200 ${keys.b.line}\n`);
  execFileSync("ssh-keygen", ["-q", "-H", "-f", file], { stdio: "ignore" });
  const known = parseKnownHosts(readFileSync(file, "utf8"), file);
  expect([
    judge(known, "hashed.test", keys.a.blob).state,
    judge(known, "[other.test]:2200", keys.b.blob).state,
    judge(known, "nobody.test", keys.a.blob).state,
  ]).toEqual(["known", "known", "unknown"]);
  expect(execFileSync("ssh-keygen", ["-lf", join(folder, "a.pub")], { encoding: "utf8" })).toContain(` ${fingerprint(keys.a.blob)} `);
});

test("what it trusts, the ssh command finds", async () => {
  const home = mkdtempSync(join(folder, "home-"));
  const hostKeys = createHostKeys({ home, system: join(home, "none") });
  await hostKeys.trust({ address: "new.test", port: 2200 }, keys.a.blob);
  await hostKeys.trust({ address: "second.test", port: 22 }, keys.b.blob);
  expect(execFileSync("ssh-keygen", ["-F", "[new.test]:2200", "-f", hostKeys.file], { encoding: "utf8" })).toContain(keys.a.line);
  expect((await hostKeys.about({ address: "second.test", port: 22 })).judge(keys.b.blob)).toEqual({ state: "known" });
  expect(statSync(hostKeys.file).mode & 0o777).toBe(0o600);
});

test("forgetting takes the host's own lines alone, keeps a copy, and leaves patterns and marks", async () => {
  const home = mkdtempSync(join(folder, "home-"));
  const hostKeys = createHostKeys({ home, system: join(home, "none") });
  const lines = [`gone.test ${keys.a.line}`, `stays.test ${keys.b.line}`, `gone.test,10.0.0.9 ${keys.rsa.line} note`, `*.test ${keys.b.line}`, `@revoked gone.test ${keys.b.line}`, ""];
  mkdirSync(join(home, ".ssh"));
  // As people keep it who hold their settings elsewhere.
  writeFileSync(join(home, "elsewhere"), lines.join("\n"), { mode: 0o640 });
  symlinkSync(join(home, "elsewhere"), hostKeys.file);
  const { removed, left } = await hostKeys.forget({ address: "gone.test", port: 22 });
  expect({ removed, left, now: readFileSync(hostKeys.file, "utf8").split("\n"), copy: readFileSync(join(home, "elsewhere.old"), "utf8"), link: lstatSync(hostKeys.file).isSymbolicLink(), mode: statSync(hostKeys.file).mode & 0o777 }).toEqual({
    removed: [1, 3].map((line) => `${hostKeys.file}, line ${line}`),
    left: [`${hostKeys.file}, line 4`],
    now: [lines[1], `10.0.0.9 ${keys.rsa.line} note`, lines[3], lines[4], ""],
    copy: lines.join("\n"),
    link: true,
    mode: 0o640,
  });
});

test("a hashed line is forgotten too", async () => {
  const home = mkdtempSync(join(folder, "home-"));
  const hostKeys = createHostKeys({ home, system: join(home, "none") });
  await hostKeys.trust({ address: "a.test", port: 22, hashed: true }, keys.a.blob);
  await hostKeys.trust({ address: "b.test", port: 22, hashed: true }, keys.b.blob);
  await hostKeys.forget({ address: "a.test", port: 22 });
  const state = async (address: string, key: Buffer) => (await hostKeys.about({ address, port: 22 })).judge(key).state;
  expect([await state("a.test", keys.a.blob), await state("b.test", keys.b.blob)]).toEqual(["unknown", "known"]);
});
