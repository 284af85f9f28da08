// What a request has to get, read from its own bytes by the words of RFC 9110, 9112 and 3986, and from nothing of the product.
import { isIPv6 } from "node:net";

export type Verdict = {
  /** Any of these is right: a service's name, `unknown` for the page that nothing is here, `refused` for 400, 405, 414 and 431, `server` for what is about no host. */
  allowed: readonly string[];
  /** As RFC 3986 compares it; null: the request names none. */
  host: string | null;
};

export type Judge = (bytes: Buffer) => Verdict;

/** Go takes no more than this of a request line and its headers, plus a page for luck. */
export const LARGEST = 1_048_576 + 4096;

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const REG_NAME = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})*$/;
const NAME = /^(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}\.?$/i;
const isLiteral = (name: string) => name.startsWith("[") && name.endsWith("]") && isIPv6(name.slice(1, -1)) && !name.includes("%");

export function createJudge(services: ReadonlyMap<string, string>): Judge {
  const serviceOf = (host: string) => services.get(host.toLowerCase().replace(/\.$/, ""));

  /** What a text names when it is read as kindly as can be: whoever answers by that has harmed nobody. */
  function kindly(text: string): string[] {
    const bare = text.slice(text.lastIndexOf("@") + 1).trim();
    const names = [bare, bare.split(":")[0]!, bare.split(/[\s/?#]/)[0]!.split(":")[0]!];
    return names.flatMap((name) => [name, decoded(name)]).flatMap((name) => serviceOf(name) ?? []);
  }
  const doubtful = (text: string): Verdict => ({ allowed: ["refused", "unknown", ...kindly(text)], host: null });

  function ofHost(text: string): Verdict {
    const { name, port } = parted(text);
    if (!isLiteral(name) && !REG_NAME.test(name)) return doubtful(text);
    if (port !== null && !/^[0-9]{0,5}$/.test(port)) return doubtful(text);
    // Equal by RFC 3986, but nobody has to undo the percent signs of a host.
    if (name.includes("%")) return doubtful(text);
    if (name === "") return { allowed: ["unknown", "refused"], host: null };
    // Text that RFC 3986 lets stand for a host and that no name can be (an empty label, "*") may be refused.
    if (!isLiteral(name) && !NAME.test(name)) return { allowed: ["unknown", "refused"], host: name.toLowerCase() };
    return { allowed: [serviceOf(name) ?? "unknown"], host: name.toLowerCase().replace(/\.$/, "") };
  }

  return (bytes) => {
    if (bytes.length > LARGEST) return { allowed: ["refused"], host: null };
    const { line, fields, broken } = readHead(bytes.toString("latin1"));
    const [method = "", target = "", version = "", ...rest] = line.split(" ");
    if (broken || rest.length > 0 || !TOKEN.test(method) || !/^HTTP\/1\.[01]$/.test(version)) return doubtful(fields[0] ?? "");
    if (fields.length > 1) return { allowed: ["refused"], host: null };
    // A client that speaks 1.1 has to send one; one that speaks 1.0 need not.
    if (fields.length === 0 && version === "HTTP/1.1") return { allowed: ["refused"], host: null };
    const field = fields[0] ?? "";
    // A target with a host of its own is what counts, whatever the field says; but a field that is none may be refused.
    const absolute = /^https?:\/\/([^/?#]*)/i.exec(target);
    if (absolute) {
      // An http address without a host is none (RFC 9110, 4.2.1), nor is one with a fragment: whoever goes by the field then has harmed nobody.
      const bare = absolute[1]!.slice(absolute[1]!.lastIndexOf("@") + 1);
      if (bare === "" || target.includes("#")) return { allowed: [...doubtful(absolute[1]!).allowed, ...doubtful(field).allowed], host: null };
      const own = ofHost(absolute[1]!);
      if (/[^\x21-\x7e]/.test(target)) return { ...own, allowed: [...own.allowed, "refused", "unknown"] };
      return ofHost(field).host === null ? { ...own, allowed: [...own.allowed, "refused"] } : own;
    }
    if (target === "*" && method === "OPTIONS") return { allowed: ["server", "refused", ...ofHost(field).allowed], host: null };
    // A tunnel names its end in the target; nobody has to offer one.
    if (method === "CONNECT") return { allowed: ["refused", ...ofHost(target).allowed, ...doubtful(field).allowed], host: null };
    if (!target.startsWith("/")) return doubtful(field);
    if (target.startsWith("//") || /[^\x21-\x7e]|%(?![0-9A-Fa-f]{2})/.test(target)) return { ...ofHost(field), allowed: [...ofHost(field).allowed, "refused", ...kindly(field)] };
    return ofHost(field);
  };
}

function parted(text: string): { name: string; port: string | null } {
  const found = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/s.exec(text);
  return found ? { name: found[1]!, port: found[2] ?? null } : { name: text, port: null };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The request line and every Host field, its edges trimmed; a lone LF ends a line as RFC 9112 lets a recipient see it. */
function readHead(text: string): { line: string; fields: string[]; broken: boolean } {
  const lines = text.split(/\r?\n/);
  const end = lines.indexOf("", 1);
  const [line = "", ...rest] = lines.slice(0, end === -1 ? undefined : end);
  const parsed = rest.map((one) => /^([^:]*):(.*)$/s.exec(one));
  const fields = parsed.flatMap((one) => (one && one[1]!.toLowerCase() === "host" ? [one[2]!.replace(/^[ \t]+|[ \t]+$/g, "")] : []));
  const broken = end === -1 || rest.some((one) => !TOKEN.test(one.split(":")[0]!) || !one.includes(":")) || /[\0-\x08\x0b-\x1f\x7f]/.test([line, ...rest].join("\n"));
  return { line, fields, broken };
}
