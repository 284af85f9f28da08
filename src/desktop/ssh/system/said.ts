import { readFileSync } from "node:fs";
import { fail, type Failure } from "@aeroplane/agent/contract";

import { fingerprint, parseKnownHosts } from "../known-hosts.ts";

type Place = { address: string; port: number; user: string };

/** What the ssh program says on its way out, as codes of the table. It names the host that it speaks of: a hop has its own. */
export function failureOf(stderr: string, { address, port, user }: Place): Failure {
  const lines = stderr.split(/\r?\n/).filter((line) => line.trim() && !/^debug\d: /.test(line));
  const text = lines.join("\n");
  const detail = { detail: text.slice(-2000) };
  const [, changedIn] = /^Offending \S+ key in (.+?)(?::(\d+))?$/m.exec(text) ?? [];
  const offending = /^Offending (\S+) key in (.+):(\d+)\s*$/m.exec(text);
  const shown = /(SHA256:[A-Za-z0-9+/]+)/.exec(text)?.[1] ?? "an unknown one";
  if (/REVOKED HOST KEY/.test(text)) return fail("HOST_KEY_REVOKED", { address: hostIn(text) ?? address, file: changedIn ?? "known_hosts" }, detail);
  if (/HOST IDENTIFICATION HAS CHANGED/.test(text)) {
    const file = offending ? `${offending[2]}, line ${offending[3]}` : "known_hosts";
    return fail("HOST_KEY_CHANGED", { address: hostIn(text) ?? address, keyType: offending?.[1] ?? "another", file, fingerprint: shown, known: fingerprintAt(offending?.[2], Number(offending?.[3])) }, detail);
  }
  if (/^Host key verification failed/m.test(text)) return fail("HOST_KEY_REFUSED", { address: hostIn(text) ?? address }, detail);
  const denied = /^(?:(\S+)@(\S+): )?Permission denied \(([^)]*)\)/m.exec(text);
  if (denied) return fail("LOGIN_REFUSED", { address: denied[2] ?? address, user: denied[1] ?? user, method: `the system's ssh (the server takes ${denied[3]!.replaceAll(",", ", ")})` }, detail);
  if (/Too many authentication failures/.test(text)) return fail("LOGIN_REFUSED", { address, user, method: "too many keys: name one with IdentityFile and IdentitiesOnly" }, detail);
  const unknown = /Could not resolve hostname (\S+?):? /.exec(text)?.[1];
  if (unknown) return fail("ADDRESS_UNKNOWN", { address: unknown }, detail);
  const [, host, at, why] = /connect to host (\S+) port (\d+): (.+)/.exec(text) ?? [];
  if (host && /refused/.test(why!)) return fail("CONNECTION_REFUSED", { address: host, port: Number(at) }, detail);
  if (host && /No route|unreachable|is down|assign requested address/i.test(why!)) return fail("HOST_UNREACHABLE", { address: host }, detail);
  if (host) return fail("CONNECTION_TIMED_OUT", { address: host, port: Number(at), seconds: 20 }, detail);
  const file = /Bad owner or permissions on (\S+)/.exec(text)?.[1];
  if (file) return fail("SSH_CONFIG_UNTRUSTED", { path: file, why: "it belongs to another user or others may write to it" }, detail);
  if (/(stdio forwarding|open failed: administratively prohibited)/.test(text)) return fail("JUMP_REFUSED", { jump: "the jump host", address, port, why: "it forbids forwarding or cannot reach it" }, detail);
  if (/Connection (closed|reset)|Connection timed out during banner|kex_exchange/.test(text)) return fail("CONNECTION_CLOSED", { address }, detail);
  return fail("SSH_PROGRAM_UNUSABLE", { address, why: (lines.at(-1) ?? "it ended without a word").replace(/\.$/, "") }, detail);
}

/** ssh names the line alone; the sheet shows the key that stands there. */
function fingerprintAt(file: string | undefined, line: number): string {
  try {
    const [entry] = parseKnownHosts(readFileSync(file!, "utf8").split("\n")[line - 1]!, file!);
    return fingerprint(entry!.key);
  } catch {
    return "the one there";
  }
}

function hostIn(text: string): string | undefined {
  return /[Hh]ost key for (\S+?) (?:has changed|was revoked)/.exec(text)?.[1]?.replace(/^\[(.+)\]:\d+$/, "$1");
}

/** A question of the ssh program by its own words. */
export type SshQuestion =
  | { type: "host-key"; address: string; keyType: string; fingerprint: string }
  | { type: "passphrase"; path: string }
  | { type: "password"; user: string; address: string }
  /** Of a hardware key on this computer. */
  | { type: "pin" }
  | { type: "other" };

export function readQuestion(text: string): SshQuestion {
  const host = /authenticity of host '(.+?)' can't be established/.exec(text)?.[1];
  const [, keyType, fingerprint] = /^(\S+) key fingerprint is (SHA256:[A-Za-z0-9+/]+)/m.exec(text) ?? [];
  if (host && keyType && fingerprint) {
    const address = host.replace(/ \(.*\)$/, "").replace(/^\[(.+)\]:(\d+)$/, "$1:$2");
    return { type: "host-key", address, keyType, fingerprint };
  }
  const path = /^Enter passphrase for (?:key )?'(.+)':\s*$/.exec(text)?.[1];
  if (path) return { type: "passphrase", path };
  const login = /^([^\s@]+)@(\S+)'s password:\s*$/.exec(text) ?? /^\(([^\s@]+)@([^)]+)\) Password:\s*$/i.exec(text);
  if (login) return { type: "password", user: login[1]!, address: login[2]! };
  return { type: text.startsWith("Enter PIN ") ? "pin" : "other" };
}
