import { expect, test } from "vitest";
import { judgeGate, readFirewalld, readNft, readUfw } from "./firewall.ts";

const WEB = [80, 443];

test("ufw: rules by number, range, list and name, not those for one source or another protocol", () => {
  const ufw = (rules: string) => readUfw(`Status: active\n\nTo                         Action      From\n--                         ------      ----\n${rules}`, WEB)?.closed;
  expect([
    readUfw("Status: inactive\n", WEB),
    ufw("22/tcp                     ALLOW       Anywhere                  \n"),
    ufw("80/tcp                     ALLOW       Anywhere                  \n443                        ALLOW       Anywhere                  \n"),
    ufw("80,443/tcp                 ALLOW       Anywhere                  \n80,443/tcp (v6)            ALLOW       Anywhere (v6)             \n"),
    ufw("WWW Full                   ALLOW       Anywhere                  \n"),
    ufw("80/tcp                     ALLOW       203.0.113.7               \n443/udp                    ALLOW       Anywhere                  \n"),
    ufw("1:1000/tcp                 ALLOW       Anywhere                  \n"),
    ufw("80/tcp                     DENY        Anywhere                  \n"),
  ]).toEqual([null, [80, 443], [], [], [], [80, 443], [], [80, 443]]);
});

test("firewalld: services, ports and open zones", () => {
  const zone = (services: string, ports: string, target = "default") => readFirewalld(`public (active)\n  target: ${target}\n  interfaces: eth0\n  services: ${services}\n  ports: ${ports}\n  forward: yes\n`, WEB)?.closed;
  expect([zone("ssh dhcpv6-client", ""), zone("http https ssh", ""), zone("ssh", "80/tcp 443/tcp"), zone("ssh http", "400-500/tcp"), zone("ssh", "", "ACCEPT")]).toEqual([[80, 443], [], [], [], []]);
});

const chain = (policy: string, over = {}) => ({ chain: { family: "inet", table: "filter", name: "input", type: "filter", hook: "input", prio: 0, policy, ...over } });
const rule = (...expr: object[]) => ({ rule: { family: "inet", table: "filter", chain: "input", handle: 1, expr } });
const dport = (right: unknown, protocol = "tcp") => ({ match: { op: "==", left: { payload: { protocol, field: "dport" } }, right } });
const accept = { accept: null };
const nft = (...entries: object[]) => readNft(JSON.stringify({ nftables: [{ metainfo: { version: "1.0.6" } }, ...entries] }), WEB);
const closed = (...entries: object[]) => {
  const gate = nft(...entries);
  return gate === "unclear" || gate === null ? gate : gate.closed;
};

test("nftables: only a chain that drops shuts anything", () => {
  const established = rule({ match: { op: "in", left: { ct: { key: "state" } }, right: ["established", "related"] } }, accept);
  expect([
    closed(),
    closed(chain("accept"), established),
    closed(chain("drop"), established),
    closed(chain("drop"), established, rule(dport(22), accept)),
    closed(chain("drop"), rule(dport({ set: [22, 80, 443] }), accept)),
    closed(chain("drop"), rule(dport({ range: [1, 100] }), accept), rule(dport(443), accept)),
    closed(chain("drop"), rule(dport({ set: [80, 443] }, "udp"), accept)),
    closed(chain("drop"), rule({ match: { left: { payload: { protocol: "ip", field: "saddr" } }, right: "10.0.0.1" } }, dport(80), accept)),
    closed(chain("accept"), rule(dport(80), accept), rule({ counter: { packets: 0, bytes: 0 } }, { reject: { type: "icmpx" } })),
    closed(chain("drop"), rule({ jump: { target: "more" } })),
    closed(chain("drop", { family: "ip6" })),
  ]).toEqual([null, null, [80, 443], [80, 443], [], [], [80, 443], [80, 443], [443], "unclear", null]);
});

test("a shut first port is a failure, a shut second one a warning", () => {
  const gate = (shut: number[]) => ({ name: "ufw", closed: shut, command: (port: number) => `ufw allow ${port}/tcp` });
  expect([judgeGate(null, WEB), judgeGate(gate([]), WEB), judgeGate(gate([443]), WEB), judgeGate(gate([80, 443]), WEB)].map(({ state, commands }) => [state, commands ?? []])).toEqual([
    ["ok", []],
    ["ok", []],
    ["warn", ["ufw allow 443/tcp"]],
    ["fail", ["ufw allow 80/tcp", "ufw allow 443/tcp"]],
  ]);
});
