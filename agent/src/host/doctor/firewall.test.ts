import { expect, test } from "vitest";
import { judgeGate, readFirewalld, readNft, readUfw, type Door } from "./firewall.ts";

const WEB: Door[] = ["80/tcp", "443/tcp"];
const HTTP3: Door[] = ["443/udp"];

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
  ]).toEqual([null, WEB, [], [], [], WEB, [], WEB]);
});

test("firewalld: services, ports and open zones", () => {
  const zone = (services: string, ports: string, target = "default") => readFirewalld(`public (active)\n  target: ${target}\n  interfaces: eth0\n  services: ${services}\n  ports: ${ports}\n  forward: yes\n`, WEB)?.closed;
  expect([zone("ssh dhcpv6-client", ""), zone("http https ssh", ""), zone("ssh", "80/tcp 443/tcp"), zone("ssh http", "400-500/tcp"), zone("ssh", "", "ACCEPT")]).toEqual([WEB, [], [], [], []]);
});

const chain = (policy: string, over = {}) => ({ chain: { family: "inet", table: "filter", name: "input", type: "filter", hook: "input", prio: 0, policy, ...over } });
const rule = (...expr: object[]) => ({ rule: { family: "inet", table: "filter", chain: "input", handle: 1, expr } });
const dport = (right: unknown, protocol = "tcp") => ({ match: { op: "==", left: { payload: { protocol, field: "dport" } }, right } });
const accept = { accept: null };
const said = (...entries: object[]) => JSON.stringify({ nftables: [{ metainfo: { version: "1.0.6" } }, ...entries] });
const closed = (...entries: object[]) => {
  const gate = readNft(said(...entries), WEB);
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
  ]).toEqual([null, null, WEB, WEB, [], [], WEB, WEB, ["443/tcp"], "unclear", null]);
});

test("443/udp counts for itself: a rule for TCP does not admit it", () => {
  const ufw = (rule: string) => readUfw(`Status: active\n\n${rule.padEnd(27)}ALLOW       Anywhere\n`, HTTP3)?.closed;
  const zone = (services: string, ports: string) => readFirewalld(`public\n  services: ${services}\n  ports: ${ports}\n`, HTTP3)?.closed;
  const l4proto = (right: unknown) => ({ match: { op: "==", left: { meta: { key: "l4proto" } }, right } });
  const gate = (...entries: object[]) => {
    const read = readNft(said(chain("drop"), ...entries), HTTP3);
    return read === "unclear" || read === null ? read : read.closed;
  };
  const both = { set: ["tcp", "udp"] };
  expect({
    ufw: ["443/tcp", "WWW Full", "443/udp", "443", "400:500/udp"].map(ufw),
    firewalld: [zone("http https", "443/tcp"), zone("http https", "443/udp"), zone("https http3", "")],
    nftables: [gate(rule(dport(443), accept)), gate(rule(dport(443, "udp"), accept)), gate(rule(l4proto("tcp"), dport(443, "th"), accept)), gate(rule(l4proto(both), dport(443, "th"), accept))],
  }).toEqual({
    ufw: [HTTP3, HTTP3, [], [], []],
    firewalld: [HTTP3, [], []],
    nftables: [HTTP3, [], HTTP3, []],
  });
});

test("a server that an earlier version prepared is told of 443/udp, and how it is opened", () => {
  const doors: Door[] = [...WEB, ...HTTP3];
  const gate = readUfw("Status: active\n\n80/tcp                     ALLOW       Anywhere                   # aeroplane\n443/tcp                    ALLOW       Anywhere                   # aeroplane\n", doors);
  const { state, problem, detail, commands } = judgeGate(gate, doors);
  expect([state, problem?.code, detail, commands]).toEqual(["warn", "FIREWALL_BLOCKS_HTTP3", "ufw is on · open: 80/tcp, 443/tcp", ["ufw allow 443/udp"]]);
});

test("a shut first port is a failure, a shut second one a warning", () => {
  const gate = (shut: Door[]) => ({ name: "ufw", closed: shut, command: (door: Door) => `ufw allow ${door}` });
  expect([judgeGate(null, WEB), judgeGate(gate([]), WEB), judgeGate(gate(["443/tcp"]), WEB), judgeGate(gate(WEB), WEB)].map(({ state, commands }) => [state, commands ?? []])).toEqual([
    ["ok", []],
    ["ok", []],
    ["warn", ["ufw allow 443/tcp"]],
    ["fail", ["ufw allow 80/tcp", "ufw allow 443/tcp"]],
  ]);
});
