import { Failure } from "@aeroplane/agent/contract";
import { expect, test } from "vitest";
import { requireUsable, unitTexts, type WantedPart } from "./plan.ts";
import { readPreflight, type Preflight } from "./preflight.ts";

const ready: Preflight = {
  login: "root", root: "yes", kernel: "Linux", arch: "x86_64", os: "debian", osVersion: "13", systemd: true, docker: "26.1.5",
  git: "2.47.3", libc: "2.41", freeKilobytes: 9_000_000, noexec: false, sshd: "disableforwarding no allowstreamlocalforwarding yes ", parts: [], agentUnit: "", caddyUnit: "", active: "inactive",
};
const parts = (["node", "agent", "caddy", "buildx"] as const).map(
  (name, index): WantedPart => ({ name, file: name === "agent" ? "agent.mjs" : name, version: `1.${index}`, sha256: String(index).repeat(64), path: "/x" }),
);
const refusal = (found: Partial<Preflight>) => {
  try {
    return requireUsable({ ...ready, ...found }, "a.test");
  } catch (error) {
    return error instanceof Failure ? [error.problem.code, error.message, error.problem.next] : error;
  }
};

test("each lack has its own words and its command", () => {
  expect([
    refusal({}),
    refusal({ arch: "aarch64" }),
    refusal({ arch: "riscv64" }),
    refusal({ root: "no", login: "bob" }),
    refusal({ libc: "" }),
    refusal({ sshd: "disableforwarding no allowstreamlocalforwarding no " }),
    refusal({ docker: "", git: "", root: "sudo" }),
    refusal({ docker: "installed" }),
  ]).toMatchInlineSnapshot(`
    [
      "x64",
      "arm64",
      [
        "SERVER_UNSUPPORTED",
        "a.test cannot be used: its processor is riscv64.",
        "Use a Debian 12 or 13 or Ubuntu server on x64 or arm64 with root access.",
      ],
      [
        "SERVER_UNSUPPORTED",
        "a.test cannot be used: bob is not root and has no sudo without a password.",
        "Use a Debian 12 or 13 or Ubuntu server on x64 or arm64 with root access.",
      ],
      [
        "SERVER_UNSUPPORTED",
        "a.test cannot be used: its C library is not glibc; 2.28 or newer is needed.",
        "Use a Debian 12 or 13 or Ubuntu server on x64 or arm64 with root access.",
      ],
      [
        "FORWARDING_REFUSED",
        "a.test does not allow forwarding to unix sockets.",
        "Set AllowStreamLocalForwarding to yes in its sshd_config.",
      ],
      [
        "SERVER_LACKS",
        "a.test lacks Docker and git.",
        "Install it with: sudo apt-get update && sudo apt-get install --yes docker.io git",
      ],
      [
        "SERVER_LACKS",
        "a.test lacks a running Docker.",
        "Install it with: systemctl enable --now docker",
      ],
    ]
  `);
});

test("a second login gets a socket beside the first one's", () => {
  const templates = { agent: "ExecStart=@COMMAND@", caddy: "@DATA@/launch" };
  const first = unitTexts(templates, parts, { ...ready, login: "deploy" });
  const second = unitTexts(templates, parts, { ...ready, agentUnit: first.agent });
  expect(second.agent).toContain("--socket /run/aeroplane/deploy.sock:deploy --socket /run/aeroplane/root.sock:root ");
  expect(unitTexts(templates, parts, { ...ready, agentUnit: second.agent })).toEqual(second);
});

test("a banner around the answer does no harm, a strange shell is told", () => {
  const json = JSON.stringify({ ...ready, systemd: "yes", noexec: "no", parts: "a b ", agentUnit: "", caddyUnit: "" });
  expect(readPreflight(`Welcome!\n\n==aeroplane==${json}==end==\nbye`, "a")).toEqual({ ...ready, parts: ["a", "b"] });
  expect(() => readPreflight("This account is not available.", "a")).toThrow("its shell did not run the check");
});
