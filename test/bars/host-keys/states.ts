// The states of a host's key, each as a person meets it.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Checks } from "../tunnel/checks.ts";
import { createPerson } from "./person.ts";
import type { Host } from "./host.ts";

type Bench = { host: Host; hop: Host; folder: string; checks: Checks };
const short = (keyType: string) => keyType.replace("ssh-", "").toUpperCase();

export async function unknownHost({ host, folder, checks: { check } }: Bench): Promise<void> {
  for (const client of ["built-in", "system"] as const) {
    const by = client === "system" ? ", by the system's ssh" : "";
    const one = createPerson(folder);
    const refused = await one.connect(host, false, { client });
    check(`unknown: refused${by}`, [refused.end, one.lines().length], ["HOST_KEY_REFUSED", 0]);
    check(`unknown: nobody may be asked${by}`, (await one.connect(host, null, { client })).end, "needs a person");
    const accepted = await one.connect(host, true, { client });
    const [sheet] = accepted.sheets;
    check(`unknown: the sheet shows what the host's console shows${by}`, [accepted.end, sheet?.fingerprint, short(sheet?.keyType ?? "")], ["signed in", host.fingerprint("first"), "ED25519"]);
    check(`unknown: from then on known, to ssh too${by}`, [(await one.connect(host, null, { client })).end, sshKnows(one.file, host)], ["signed in", true]);
  }
}

export async function knownHost({ host, folder, checks: { check } }: Bench): Promise<void> {
  const { address, port } = host.place;
  const name = `[${address}]:${port}`;
  const plain = createPerson(folder, { known: [`${name} ${host.line("first")}`] });
  const hashed = createPerson(folder, { known: [`${name} ${host.line("first")}`] });
  execFileSync("ssh-keygen", ["-q", "-H", "-f", hashed.file], { stdio: "ignore" });
  const wild = createPerson(folder, { known: [`[127.0.0.*]:${port},!other ${host.line("first")}`] });
  const negated = createPerson(folder, { known: [`[127.0.0.*]:${port},!${name} ${host.line("first")}`] });
  const found = await Promise.all([plain, hashed, wild, negated].map((one) => one.connect(host, null)));
  check("known: plain, hashed, by a pattern; not where the pattern excludes it", found.map(({ end }) => end), ["signed in", "signed in", "signed in", "needs a person"]);
  check("known: the file was hashed indeed", hashed.lines()[0]?.startsWith("|1|"), true);
  await hashed.forget(host, address);
  hashed.write([`|1|${"A".repeat(27)}=|${"A".repeat(27)}= ${host.line("second")}`]);
  await hashed.connect(host, true);
  check("known: a new key goes hashed into a file of hashes", hashed.lines().map((line) => line.startsWith("|1|")), [true, true]);
}

export async function changedHost({ host, folder, checks: { check } }: Bench): Promise<void> {
  const { address, port } = host.place;
  const known = [`other.test ${host.line("second")}`, `[${address}]:${port} ${host.line("second")}`, `[${address}]:${port} ${host.line("rsa")}`];
  const one = createPerson(folder, { known });
  for (const client of ["built-in", "system"] as const) {
    const seen = await one.connect(host, true, { client });
    check(`changed: refused without a question${client === "system" ? ", by the system's ssh" : ""}`, [seen.end, seen.sheets.length], ["HOST_KEY_CHANGED", 0]);
    const { file, fingerprint, known: old } = seen.problem?.values ?? {};
    // Of several old keys each client names one of its choice.
    const [line, key] = client === "built-in" ? [2, "second" as const] : [3, "rsa" as const];
    check("changed: the file, its line, the new and the old key are named", [file, fingerprint, old], [`${one.file}, line ${line}`, host.fingerprint("first"), host.fingerprint(key)]);
  }
  check("changed: nothing was written", one.lines(), known);
  check("forget: another name than the host's", await one.forget(host, "yes"), "CONFIRMATION_MISMATCH");
  check("forget: the host's name", [await one.forget(host, address), one.lines(), readFileSync(`${one.file}.old`, "utf8").split("\n").length], ["2 removed", known.slice(0, 1), 4]);
  const after = await one.connect(host, true);
  check("forget: then the host is new, and asked about", [after.end, after.sheets.length], ["signed in", 1]);
}

export async function revokedHost({ host, folder, checks: { check } }: Bench): Promise<void> {
  const { address, port } = host.place;
  const one = createPerson(folder, { known: [`[${address}]:${port} ${host.line("first")}`, `@revoked * ${host.line("first")}`] });
  for (const client of ["built-in", "system"] as const) {
    const seen = await one.connect(host, true, { client });
    check(`revoked: stopped without a question${client === "system" ? ", by the system's ssh" : ""}`, [seen.end, seen.sheets.length], ["HOST_KEY_REVOKED", 0]);
  }
  await one.forget(host, address);
  check("revoked: forgetting the host leaves the mark", [(await one.connect(host, true)).end, one.lines().length], ["HOST_KEY_REVOKED", 1]);
}

export async function otherType({ host, folder, checks: { check } }: Bench): Promise<void> {
  const name = `[${host.place.address}]:${host.place.port}`;
  const one = createPerson(folder, { known: [`${name} ${host.line("rsa")}`] });
  await host.show("first", "rsa");
  check("second type: the known type is asked for first", (await one.connect(host, null)).end, "signed in");
  await host.show("first");
  for (const client of ["built-in", "system"] as const) {
    const fresh = createPerson(folder, { known: [`${name} ${host.line("rsa")}`] });
    const seen = await fresh.connect(host, true, { client });
    const by = client === "system" ? ", by the system's ssh" : "";
    check(`second type: only a new one is shown, as by one who lacks the known key: refused${by}`, [seen.end, seen.sheets.length, seen.problem?.values.file, seen.problem?.values.fingerprint], ["HOST_KEY_CHANGED", 0, `${fresh.file}, line 1`, host.fingerprint("first")]);
  }
}

export async function ownPin({ host, folder, checks: { check } }: Bench): Promise<void> {
  const name = `[${host.place.address}]:${host.place.port}`;
  const one = createPerson(folder);
  await one.connect(host, true);
  one.write([]);
  check("own record: known_hosts emptied, the same machine", (await one.connect(host, null)).end, "signed in");
  await host.show("second");
  const other = await one.connect(host, true);
  check("own record: known_hosts emptied, another machine", [other.end, other.sheets.length, other.problem?.values.known], ["HOST_KEY_CHANGED", 0, host.fingerprint("first")]);
  one.write([`${name} ${host.line("second")}`]);
  check("own record: known_hosts edited, nobody may be asked", (await one.connect(host, null)).end, "needs a person");
  const edited = await one.connect(host, true);
  check("own record: known_hosts edited, said with the key from before", [edited.end, edited.sheets[0]?.before?.fingerprint], ["signed in", host.fingerprint("first")]);
  await host.show("first");
}

/** Each under its own name: the error and the sheet speak of the host that they are about. */
export async function hops({ host, hop, folder, checks: { check } }: Bench): Promise<void> {
  const { user, address, port } = hop.place;
  const jumps = [{ user, address, port }];
  const auth = { type: "key" as const, path: host.place.keyPath };
  const one = createPerson(folder);
  const seen = await one.connect(host, true, { jumps, auth });
  check("on the way: each host is asked about under its own name", [seen.end, ...seen.sheets.map((sheet) => sheet.address)], ["signed in", `${address}:${port}`, `${host.place.address}:${host.place.port}`]);
  await hop.show("second");
  const changed = await one.connect(host, true, { jumps, auth });
  check("on the way: a changed key of the jump host", [changed.end, changed.problem?.values.fingerprint], ["HOST_KEY_CHANGED", hop.fingerprint("second")]);
  await hop.show("first");
}

function sshKnows(file: string, { place, line }: Host): boolean {
  try {
    return execFileSync("ssh-keygen", ["-F", `[${place.address}]:${place.port}`, "-f", file], { encoding: "utf8" }).includes(line("first"));
  } catch {
    return false;
  }
}
