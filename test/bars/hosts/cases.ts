// Requests with odd and hostile hosts, as bytes: what people have sent to edges, and random changes of it that are the same each time.
export type Case = { what: string; bytes: Buffer };

/** The same sequence for the same seed (mulberry32). */
export function createDice(seed: number) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (count: number) => Math.floor(next() * count);
  return { below, one: <T>(list: readonly T[]): T => list[below(list.length)]! };
}
type Dice = ReturnType<typeof createDice>;

/** Names and fields by which a host could lead somewhere else than to its own folder. */
const hostile = (service: string) => [
  "", ".", "..", "...", "../", "../..", "/", "//", "\\", "..\\services", "*", "?", "[", "[]", "[a]", "[^a].test", "{a,b}.test", "a.tes?", "*.test", "a.test*", "*/*",
  `../services/${service}`, `..%2fservices%2f${service}`, `..\\services\\${service}`, `%2e%2e/services/${service}`, `%2e%2e%2fservices%2f${service}`, `a.test/../../services/${service}`, "a.test/name", "a.test%2fname",
  "../try", "../slots/0", "../targets", "../none", "none", "services", "targets", "hosts", "name", "%00", "a.test%00", "a.test%00.evil.test",
  "{env.HOME}", "{env.AEROPLANE_HTTP}", "{file./etc/passwd}", "{file./etc/hostname}.test", "{http.request.host}", "{http.vars.target}", "{known}", "{system.hostname}", "{{env.HOME}}", "{", "}", "{}",
  "${HOME}", "$(id)", "`id`", "%{HOME}", "<script>alert(1)</script>", "a.test<b>", "' OR 1=1--", "\"a.test\"", "a.test;b", "a.test,b.test", "a.test b.test", "a.test\tb", "b.test a.test",
  "\0", "a.test\0", "a\0.test", "a.test\r", "a\rb.test", "\x7f", "\x01.test", "a.test\x0b", "\xff\xfe", "\xc3\xbc.test", "a.test\xa0", "\xe2\x80\xae.test", "\xef\xbc\x8e\xef\xbc\x8e",
  "a.test:", "a.test:80", "a.test:443", "a.test:0", "a.test:65535", "a.test:65536", "a.test:99999999999999999999", "a.test:-1", "a.test:+80", "a.test:http", "a.test:80:80", "a.test: 80", ":80", ":", "::", ":::",
  "a.test.", "a.test..", ".a.test", "a..test", "A.TEST", "a.TEST.", "A.Test.:80", "a.test.:", "a_b.test", "-a.test", "a-.test", "xn--bcher-kva.test", "XN--BCHER-KVA.test", "xn--.test", "xn--a.test", "b\xc3\xbccher.test", "b%C3%BCcher.test",
  "[::1]", "[::1]:80", "[::]", "::1", "[fe80::1%25eth0]", "[fe80::1%eth0]", "[::ffff:127.0.0.1]", "[v1.a]", "[a.test]", "[::1", "::1]", "127.0.0.1", "127.1", "0", "0x7f000001", "2130706433", "0177.0.0.1", "localhost", "metadata.google.internal", "169.254.169.254",
  "user@a.test", "user:pw@a.test", "a.test@b.test", "b.test@a.test", "a.test#b", "a.test?b", "a.test/b", "http://a.test", "//a.test", "unix//run/docker.sock", "unix/", "app@127.0.0.1:1@x", "site@a@b", "held@0", "stopped@", "a.test@evil",
  "x".repeat(63) + ".test", "x".repeat(64) + ".test", "x".repeat(255), "x".repeat(256), "x".repeat(4097), `${"x.".repeat(126)}a`, `${"x.".repeat(5000)}a`, "../".repeat(300), ".".repeat(300), "a.test" + ".".repeat(300), "[".repeat(300), "*".repeat(300), "?".repeat(64),
];

/** Bytes that change what is before and behind them. */
const specks = ["", ".", "..", "/", "\\", "%2f", "%2e", "%", "%25", "%00", "\0", "\r", "\t", " ", ":", "@", "*", "?", "[", "]", "{", "}", "~", "-", "_", "\xff", "\xc3\xbc", "A", "#", "<", ",", ";", "80", "\x7f", "|", "^"];

const field = (host: string, name = "Host") => `${name}: ${host}\r\n`;
const close = "Connection: close\r\n";

/** Ways to say a host to a server. */
const ways: { name: string; of: (host: string, dice: Dice, real: string) => string }[] = [
  { name: "field", of: (host) => `GET / HTTP/1.1\r\n${field(host)}${close}\r\n` },
  { name: "field of 1.0", of: (host) => `GET / HTTP/1.0\r\n${field(host)}\r\n` },
  { name: "odd spelling of the field", of: (host, dice) => `GET / HTTP/1.1\r\n${field(host, dice.one(["HOST", "host", "hOsT"]))}${close}\r\n` },
  { name: "spaces around", of: (host, dice) => `GET / HTTP/1.1\r\nHost:${dice.one(["", " ", "\t", "  \t "])}${host}${dice.one(["", " ", "\t"])}\r\n${close}\r\n` },
  { name: "target", of: (host, _, real) => `GET http://${host}/ HTTP/1.1\r\n${field(real)}${close}\r\n` },
  { name: "target beside a strange field", of: (host, _, real) => `GET http://${real}/ HTTP/1.1\r\n${field(host)}${close}\r\n` },
  { name: "target without a field", of: (host) => `GET http://${host}/ HTTP/1.1\r\n${close}\r\n` },
  { name: "target of 1.0", of: (host) => `GET HTTP://${host}/ HTTP/1.0\r\n\r\n` },
  { name: "https target", of: (host, _, real) => `GET https://${host}/x?y HTTP/1.1\r\n${field(real)}${close}\r\n` },
  { name: "twice", of: (host, _, real) => `GET / HTTP/1.1\r\n${field(real)}${field(host)}${close}\r\n` },
  { name: "twice, real last", of: (host, _, real) => `GET / HTTP/1.1\r\n${field(host)}X: y\r\n${field(real)}${close}\r\n` },
  { name: "no field", of: (host, dice) => `GET /${encodeURIComponent(host.replace(/[^\x21-\x7e]/g, "")).slice(0, 500)} HTTP/1.${dice.below(2)}\r\n${close}\r\n` },
  { name: "folded", of: (host, _, real) => `GET / HTTP/1.1\r\nHost: ${real}\r\n ${host}\r\n${close}\r\n` },
  { name: "space before the colon", of: (host, _, real) => `GET / HTTP/1.1\r\nHost : ${host}\r\n${field(real)}${close}\r\n` },
  { name: "lone LF", of: (host) => `GET / HTTP/1.1\nHost: ${host}\nConnection: close\n\n` },
  { name: "a second field behind CRLF", of: (host, _, real) => `GET / HTTP/1.1\r\nHost: ${real}\r\nX-Forwarded-Host: ${host}\r\nX-Host: ${host}\r\nX-Original-Host: ${host}\r\nForwarded: host=${host}\r\n${close}\r\n` },
  { name: "asterisk", of: (host) => `OPTIONS * HTTP/1.1\r\n${field(host)}${close}\r\n` },
  { name: "tunnel", of: (host) => `CONNECT ${host.replace(/[^\x21-\x7e]/g, "")}:80 HTTP/1.1\r\n${field(host)}${close}\r\n` },
  { name: "path of two slashes", of: (host, _, real) => `GET //${host.replace(/[^\x21-\x7e]/g, "")}/ HTTP/1.1\r\n${field(real)}${close}\r\n` },
];

/** `count` requests: each hostile host in each way first, as far as that goes, then random changes. */
export function casesOf(reals: readonly string[], service: string, count: number, seed: number): Case[] {
  const dice = createDice(seed);
  const names = [...reals, "nobody.test", ...hostile(service)];
  const all: Case[] = [];
  const add = (way: (typeof ways)[number], host: string) => all.push({ what: way.name, bytes: Buffer.from(way.of(host, dice, dice.one(reals)), "latin1") });
  for (const way of ways) for (const host of names) add(way, host);
  // Larger than what is taken of a head.
  add(ways[0]!, "y".repeat(1_100_000));
  while (all.length < count) {
    const host = dice.one(names).slice(0, 300);
    const at = dice.below(host.length + 1);
    const cut = dice.below(4) === 0 ? dice.below(3) : 0;
    add(dice.one(ways), host.slice(0, at) + dice.one(specks) + dice.one(["", "", "", ...specks]) + host.slice(at + cut));
  }
  return all.slice(0, count);
}
