import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { NFTABLES } from "./firewall.ts";
import { CHAINS } from "./preflight-script.ts";

// Against the kernel's own packet filter, in a network of its own that ends with the test.
const possible = spawnSync("unshare", ["--net", "nft", "list", "ruleset"]).status === 0;

function inOwnNetwork(rules: string, ...steps: string[]): string {
  const { status, stdout, stderr } = spawnSync("unshare", ["--net", "sh", "-c", `set -e; nft -f -; ${steps.join("\n")}`, "sh", NFTABLES], { input: rules, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}

const LOOK = `nft list ruleset | awk '${CHAINS}'`;
const chain = (rules: string, policy = "drop") => `table inet filter {\n chain input {\n type filter hook input priority 0; policy ${policy};\n ct state established,related accept\n tcp dport 22 accept\n ${rules}\n }\n}\n`;

test.skipIf(!possible)("a chain admits sites when it admits 80, 443 and 443/udp", () => {
  const verdict = (rules: string, policy?: string) => inOwnNetwork(chain(rules, policy), LOOK).split(" ")[0];
  expect([
    verdict(""),
    verdict("tcp dport { 80, 443 } accept"),
    verdict("udp dport { 80, 443 } accept"),
    verdict("tcp dport { 80, 443 } accept\n udp dport 443 accept"),
    verdict("tcp dport 80 accept\n tcp dport 443 accept\n udp dport { 123, 443 } accept"),
    verdict("meta l4proto { tcp, udp } th dport 443 accept\n tcp dport 80 accept"),
    verdict("", "accept"),
  ]).toEqual(["closed", "closed", "closed", "open", "open", "open", ""]);
});

test.skipIf(!possible)("opening puts both protocols into each refusing chain, once", () => {
  const said = inOwnNetwork(chain(""), 'sh -c "$1"', 'sh -c "$1"', LOOK, "nft list chain inet filter input");
  expect(said.split("\n")[0]).toBe("open inet filter input");
  expect(said.match(/comment "aeroplane"/g)).toHaveLength(2);
  expect([/tcp dport \{ 80, 443 \} accept comment "aeroplane"/.test(said), /udp dport 443 accept comment "aeroplane"/.test(said)]).toEqual([true, true]);
});
