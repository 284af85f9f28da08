import * as z from "zod";
import { reservedOwners } from "./references.ts";

/** Everything a person types is admitted here or refused here; nothing behind the contract validates text again. */

const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

/** Half a character pair cannot be written as UTF-8: it would come back as another text. */
const whole = (text: string) => text.isWellFormed();
const printable = (text: string) => !CONTROL.test(text) && whole(text);

/** UUIDv7, as every id of the product. */
export const id = z.uuid({ version: "v7" });

/** A title for people: 1 to 60 characters, no control or direction-changing characters. */
export const title = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .refine(printable, "Control characters are not allowed");

/** Names that stand in every container for itself. */
const OWN_HOSTS = ["localhost", "ip6-localhost", "ip6-loopback", "ip6-allnodes", "ip6-allrouters"];
const isOfOthers = (name: string) => !OWN_HOSTS.includes(name);
const OF_ITSELF = "A container knows itself by this name";

/** As a service may be called that is there: some have a name from before `serviceName` refused it. */
export const givenServiceName = z
  .string()
  .max(60)
  .regex(/^[a-z]([a-z0-9-]*[a-z0-9])?$/, "Lower-case letters, digits and dashes; begins with a letter")
  .refine((name) => !reservedOwners.includes(name), "Variables refer to something else by this name");

/** A DNS label, because it is also the service's name on the private network: 1 to 60 characters. */
export const serviceName = givenServiceName.refine(isOfOthers, OF_ITSELF);

/** One DNS label of up to 60 characters, by which siblings reach a service besides its own name. */
export const privateName = z
  .string()
  .max(60)
  .regex(/^[a-z]([a-z0-9-]*[a-z0-9])?$/, "Lower-case letters, digits and dashes; begins with a letter")
  .refine(isOfOthers, OF_ITSELF);

/** More names of one service, at most. */
export const MOST_PRIVATE_NAMES = 10;
export const privateNames = z
  .array(privateName)
  .max(MOST_PRIVATE_NAMES, `${MOST_PRIVATE_NAMES} names at most`)
  .refine((names) => new Set(names).size === names.length, "The same name is there twice");

/** A name in other letters as DNS has it: bücher.example is xn--bcher-kva.example. Everything else stays as it is. */
function inAscii(host: string): string {
  if (!/[^\0-\x7f]/.test(host) || !/^[\p{L}\p{M}\p{N}.\u3002-]+$/u.test(host)) return host;
  return URL.parse(`http://${host}/`)?.hostname ?? host;
}

/**
 * A public hostname in lower case, at least two labels, no wildcard, no port: at most 253 characters. One in other letters
 * than a to z is read as its form in DNS.
 */
export const hostname = z
  .string()
  .max(253)
  .overwrite(inAscii)
  .regex(
    /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    "A hostname such as app.example.com, in lower case",
  )
  .refine((host) => !/^[0-9.]+$/.test(host), "An IP address is not a hostname");

const HTTP_URL = /^https?:\/\/[A-Za-z0-9.-]+(:\d{1,5})?\/[A-Za-z0-9._~!$&'()*+,;=:@%/-]+$/;
const SSH_URL = /^ssh:\/\/([A-Za-z0-9._-]+@)?[A-Za-z0-9.-]+(:\d{1,5})?\/[A-Za-z0-9._~+%/-]+$/;
const SCP_LIKE = /^[A-Za-z0-9._-]+@[A-Za-z0-9.-]+:(?!\/\/)[A-Za-z0-9._~+/-]+$/;

/** A folder inside of a container, as an image declares it. */
export const volumePath = z
  .string()
  .max(1024)
  .refine((path) => path.startsWith("/") && !path.includes("\0"), "A path from the root, such as /var/lib/data");

/** What the kernel and Docker put there themselves. */
const TAKEN_PATH = /^\/(?:proc|sys|dev)(?:\/|$)|^\/etc(?:\/(?:hosts|hostname|resolv\.conf))?$/;

/** Where a volume of ours is mounted: an absolute path in its plain form, /srv/data and not /srv//data/, below the root. */
export const mountPath = z
  .string()
  .max(255)
  .regex(/^(?:\/[^/]+)+$/, "A folder such as /data, with one slash before each name")
  .refine(printable, "Control characters are not allowed")
  .refine((path) => !path.split("/").some((part) => part === "." || part === ".."), "No . and .. in the path")
  .refine((path) => !TAKEN_PATH.test(path), "The system of a container has this folder for itself");

/** Of a volume: 1 to 63 lower-case letters, digits and dashes. */
export const volumeName = z
  .string()
  .max(63)
  .regex(/^[a-z]([a-z0-9-]*[a-z0-9])?$/, "Lower-case letters, digits and dashes; begins with a letter");

/** http(s)://, ssh:// or user@host:path. No local paths, no helpers (`ext::`), no credentials inside. */
export const gitUrl = z
  .string()
  .max(2048)
  .refine((url) => !url.startsWith("-"), "A repository address does not begin with a dash")
  .refine(
    (url) => HTTP_URL.test(url) || SSH_URL.test(url) || SCP_LIKE.test(url),
    "An address such as https://host/owner/repository or git@host:owner/repository, without a password in it",
  )
  .refine((url) => !url.split("/").includes(".."), "The address must not contain ..");

/** A branch name that git itself would accept (git-check-ref-format), 1 to 200 characters. */
export const branch = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[A-Za-z0-9._/+@#=,%-]+$/, "Letters, digits and . _ / + - only")
  .refine(
    (name) =>
      !name.startsWith("-") &&
      !name.startsWith("/") &&
      !name.endsWith("/") &&
      !name.endsWith(".") &&
      !name.endsWith(".lock") &&
      !/\.\.|\/\/|@\{|^@$|\/\.|^\./.test(name),
    "Not a valid branch name",
  );

/** A path inside a repository: relative, no `..`, no backslash; empty means the repository's root. */
export const repositoryPath = z
  .string()
  .max(255)
  .regex(/^[A-Za-z0-9._@+ /-]*$/, "Letters, digits, spaces and . _ @ + - / only")
  .refine((path) => !path.startsWith("/") && !path.startsWith("-"), "A path relative to the repository's root")
  .refine((path) => !path.split("/").includes(".."), "The path must stay inside the repository")
  .transform((path) => path.split("/").filter((part) => part !== "" && part !== ".").join("/"));

/** Registries know names in lower case alone, also of owners who write themselves otherwise: ghcr.io/Owner/App. Tags have a case. */
function inLowerCase(reference: string): string {
  const [name = "", rest = ""] = reference.split(/((?:@|:[^/:@]*(?:@|$)).*)/s);
  return name.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase()) + rest;
}

/** A Docker image reference, with optional registry, tag and digest; its name is read in lower case. */
export const imageReference = z
  .string()
  .max(512)
  .overwrite(inLowerCase)
  .regex(
    /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?\/)?[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*)*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[a-f0-9]{64})?$/,
    "An image reference such as nginx:1.29 or ghcr.io/owner/image:tag",
  );

/** A request path for the health check: begins with one slash, printable ASCII without spaces. */
export const healthPath = z
  .string()
  .max(512)
  .regex(/^\/(?!\/)[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*$/, "A path such as /health");

const isRange = (range: string) => {
  const [from, to = from] = range.split("-").map(Number);
  return from! >= 100 && to! <= 599 && from! <= to!;
};

/** Statuses of HTTP answers, 100 to 599, alone or from one to another: "200-399, 401". */
export const statuses = z
  .string()
  .max(200)
  .overwrite((text) => text.replaceAll(/\s+/g, "").replaceAll(",", ", "))
  .refine((text) => /^\d{3}(-\d{3})?(, \d{3}(-\d{3})?)*$/.test(text) && text.split(", ").every(isRange), "Statuses from 100 to 599, such as 200-399, 401");

/** What the connection itself needs, and what the agent says to Caddy in words of its own. */
const RESERVED_HEADER = /^(?:connection|content-length|expect|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|x-aeroplane-.*|x-forwarded-.*)$/i;

/** A header that a health check sends. */
export const headerName = z
  .string()
  .max(64)
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, "A header such as Accept: its name, a colon, its value")
  .refine((name) => !RESERVED_HEADER.test(name), "A health check cannot send this header");

export const headerValue = z
  .string()
  .trim()
  .max(1024)
  .regex(/^[\x20-\x7e]*$/, "Letters, digits and signs of ASCII, without a line break");

/** A command line; split into words by the quoting rules of a shell, but never given to one. */
export const command = z.string().trim().min(1).max(2000).refine(printable, "One line, no control characters");

/** A whole number; what is out of it is said in one sentence. */
export const numberFrom = (least: number, most: number) => {
  const wanted = `A number from ${least} to ${most}`;
  return z.int(wanted).min(least, wanted).max(most, wanted);
};

/** A part of the server's processors, or several. */
export const processors = z
  .number("A number such as 0.5")
  .min(0.05, "0.05 processors at least")
  .max(1024, "1024 processors at most")
  .refine((count) => Math.abs(count * 100 - Math.round(count * 100)) < 1e-6, "Two digits after the point at most");

export const port = z.int().min(1).max(65535);

/** A variable's name as a POSIX shell would accept it. */
export const variableName = z
  .string()
  .max(128)
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "Letters, digits and underscores; does not begin with a digit")
  .refine((name) => name !== "__proto__", "__proto__ cannot be the name of a variable");

/** A variable's value: at most 32 KiB, anything but NUL. */
export const variableValue = z
  .string()
  .max(32_768)
  .refine((value) => !value.includes("\0"), "A value cannot contain a NUL character")
  .refine(whole, "A value must be whole characters");

/** Name → value. A record drops the one key that it cannot hold without a word; here it is refused aloud. */
export const variables = z
  .custom<Record<string, string>>(
    (given) => typeof given !== "object" || given === null || !Object.hasOwn(given, "__proto__"),
    "__proto__ cannot be the name of a variable",
  )
  .pipe(z.record(variableName, variableValue));

/** Opaque position in a stream; made by the agent, handed back unchanged to resume. */
export const cursor = z.string().max(1024).regex(/^[A-Za-z0-9:._-]+$/);

/** Milliseconds since the epoch, UTC. */
export const timestamp = z.int().nonnegative();

/** A commit by its whole hash. */
export const commitSha = z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/, "A commit's whole hash");

/** Which files of a site a rule is for: a path from its root, in which * stands for anything. As Caddy's `path` has it, in letters of any case. */
export const sitePattern = z
  .string()
  .max(100)
  .regex(/^[/*][A-Za-z0-9/._~!$&'()+,;=:@*-]*$/, "A path such as /assets/* or *.woff2")
  .refine((pattern) => !pattern.includes("//"), "One slash between two names");

const CACHE_DIRECTIVE =
  /^(?:public|private|no-cache|no-store|no-transform|must-revalidate|proxy-revalidate|must-understand|immutable|(?:max-age|s-maxage|stale-while-revalidate|stale-if-error)=\d{1,9})$/;

/** The value of a Cache-Control header: its words with a comma and a space between two of them, whatever white space was typed there. */
export const cacheControl = z
  .string()
  .overwrite((value) => value.split(",").map((directive) => directive.trim()).join(", "))
  .max(100)
  .refine((value) => value.split(", ").every((directive) => CACHE_DIRECTIVE.test(directive)), "Words of Cache-Control such as public, max-age=3600");
