import { hello, names, problem } from "@aeroplane/agent/contract";
import * as z from "zod";
import { prepareStep } from "./prepare.ts";

/** Where one server's connection stands; the renderer draws it, nothing else decides by it. */
export const connection = z.discriminatedUnion("state", [
  z.object({ state: z.literal("offline") }),
  z.object({ state: z.literal("connecting") }),
  z.object({ state: z.literal("verifying") }),
  z.object({
    state: z.literal("installing"),
    /** The steps of preparing, in order, as far as known. */
    steps: z.array(prepareStep),
  }),
  z.object({ state: z.literal("ready"), /** How preparing went, where it has just ended. */ steps: z.array(prepareStep).optional() }),
  /** No answer for a moment; the link is not given up yet. */
  z.object({ state: z.literal("silent"), since: names.timestamp, /** Whether the server answers and only its agent does not. */ away: z.enum(["server", "agent"]).optional() }),
  /** A try is running from `nextAt` on. `problem`: why the last one failed. */
  z.object({ state: z.literal("reconnecting"), attempt: z.int(), nextAt: names.timestamp, problem: problem.optional() }),
  /** Waits for a person's answer to that prompt; empty where nothing is asked yet: `servers.connect` asks it. */
  z.object({ state: z.literal("needs-you"), promptId: z.string() }),
  z.object({ state: z.literal("failed"), problem, /** How far preparing came. */ steps: z.array(prepareStep).optional() }),
]);
export type Connection = z.infer<typeof connection>;

/** An SSH address: a hostname, an IPv4 or IPv6 address. Never begins with a dash. */
export const serverAddress = z
  .string()
  .trim()
  .min(1)
  .max(253)
  .regex(/^[A-Za-z0-9:[\]%]([A-Za-z0-9.:_%[\]-]*[A-Za-z0-9\]])?$/, "A hostname or an IP address");

export const loginName = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z_][A-Za-z0-9._-]*\$?$/, "A user name such as root");

export const auth = z.discriminatedUnion("type", [
  /** As the ssh command does: agent, the usual key files, then what the server asks. */
  z.object({ type: z.literal("auto") }),
  /** A private key file on this computer; its passphrase is asked when it has one. */
  z.object({
    type: z.literal("key"),
    path: z
      .string()
      .min(1)
      .max(1024)
      .refine((path) => !path.includes("\0"), "Not a path"),
  }),
  /** The running ssh-agent. */
  z.object({ type: z.literal("agent") }),
  /** Asked once; kept in the keychain only when the person says so, after the login worked. */
  z.object({ type: z.literal("password") }),
  /** Whatever the server asks (keyboard-interactive): a one-time code, a password, both. */
  z.object({ type: z.literal("questions") }),
]);
export type Auth = z.infer<typeof auth>;

/** One host on the way; each is verified under its own name. */
export const hop = z.object({ user: loginName, address: serverAddress, port: names.port });
export type Hop = z.infer<typeof hop>;

/** A Host of ~/.ssh/config without wildcards. Never begins with a dash, so that it cannot be read as an option. */
export const hostAlias = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[^\s\-!*?,"'\\\p{Cc}][^\s!*?,"'\\\p{Cc}]*$/u, "A host of ~/.ssh/config");

export const login = z.object({
  user: loginName,
  address: serverAddress,
  port: names.port,
  auth,
  /** The name in ~/.ssh/config that it was picked by; null where the address was typed. */
  alias: hostAlias.nullable().default(null),
  /** Hosts to go through, in order, each signed in to with the same method. */
  jumps: z.array(hop).max(8).default([]),
  /** Who speaks SSH: this program, or the system's own ssh for what only that can (hardware keys, certificates, ProxyCommand). */
  client: z.enum(["built-in", "system"]).default("built-in"),
  /** How the agent is reached on the server: its socket is forwarded, or a bridge is started there and speaks for it. */
  door: z.enum(["forwarding", "bridge"]).default("forwarding"),
});
export type ServerLogin = z.infer<typeof login>;

export const server = z.object({
  id: names.id,
  name: names.title,
  kind: z.enum(["ssh", "local"]),
  /** Null for this machine. */
  login: login.nullable(),
  /** Words of the person's own, to find and group servers by. */
  tags: z.array(names.title).max(20).default([]),
  connection,
  /** The last answer of its agent, kept so that a screen has something to show at once. */
  hello: hello.nullable(),
  lastSeenAt: names.timestamp.nullable(),
  /** Preparing it has begun once: something of ours may be there. */
  begun: z.boolean().optional(),
  /** What to know of its agent although it works: newer than this app, or an upgrade that was undone. */
  notice: problem.nullable().default(null),
});
export type Server = z.infer<typeof server>;

/** What the way between this computer and a server carries now. */
export const linkSpeed = z.object({
  /** Bytes per second. */
  down: z.number(),
  up: z.number(),
  /** Of a small call, the best of a few. */
  roundTripMs: z.number(),
});
export type LinkSpeed = z.infer<typeof linkSpeed>;

/** A host key that is known from somewhere. */
const otherKey = z.object({ keyType: z.string(), fingerprint: z.string(), where: z.string() });

/** A question that only a person can answer; any window may. */
export const prompt = z.discriminatedUnion("type", [
  z.object({
    id: z.string(),
    serverId: names.id,
    type: z.literal("host-key"),
    address: z.string(),
    keyType: z.string(),
    /** SHA256:… as ssh-keygen -lf prints it. */
    fingerprint: z.string(),
    /** ssh knows the shown key; the last time this server had another one. */
    before: otherKey.nullable(),
  }),
  z.object({
    id: z.string(),
    serverId: names.id,
    type: z.literal("secret"),
    kind: z.enum(["password", "passphrase", "sudo", "master"]),
    label: z.string(),
    /** Whether a kept secret is possible on this computer. */
    canRemember: z.boolean(),
    /** Why it is asked again, such as "The passphrase does not open the key". */
    reason: z.string().nullable(),
  }),
  /** What the server itself asks at sign-in (keyboard-interactive), word for word; never answered from what is kept. */
  z.object({
    id: z.string(),
    serverId: names.id,
    type: z.literal("questions"),
    name: z.string(),
    instructions: z.string(),
    fields: z.array(z.object({ label: z.string(), /** Whether what is typed may be seen. */ echo: z.boolean() })),
  }),
  /** What preparing may do beyond the necessary, each decided by the person. */
  z.object({
    id: z.string(),
    serverId: names.id,
    type: z.literal("choices"),
    title: z.string(),
    about: z.string(),
    options: z.array(z.object({ id: z.string(), label: z.string(), about: z.string(), checked: z.boolean() })),
  }),
]);
export type Prompt = z.infer<typeof prompt>;

export const answer = z.discriminatedUnion("type", [
  z.object({ type: z.literal("host-key"), accept: z.boolean() }),
  z.object({ type: z.literal("secret"), value: z.string().max(4096), remember: z.boolean() }),
  z.object({ type: z.literal("questions"), values: z.array(z.string().max(4096)).max(16) }),
  /** The ids of the chosen options. */
  z.object({ type: z.literal("choices"), chosen: z.array(z.string().max(64)).max(32) }),
  z.object({ type: z.literal("dismiss") }),
]);
export type Answer = z.infer<typeof answer>;

/** Where secrets are kept on this computer, in words for Settings. */
export const secretStore = z.object({
  /** file: sealed with a master passphrase. locked: there, but closed at this moment. */
  kind: z.enum(["keychain", "session", "file", "locked"]),
  /** "Kept in the Secret Service", or why they are asked again at each start. */
  words: z.string(),
});
export type SecretStore = z.infer<typeof secretStore>;

/** One tool that this machine needs before its agent can run. */
export const requirement = z.object({
  name: z.enum(["docker", "buildx", "caddy", "git", "node"]),
  found: z.boolean(),
  version: z.string().nullable(),
  /** Why a found one cannot be used, such as a version too old. */
  why: z.string().nullable(),
});
export type Requirement = z.infer<typeof requirement>;

export const localCheck = z.object({
  /** Only Linux can be a server itself. */
  supported: z.boolean(),
  requirements: z.array(requirement),
  /** Whether a click can install what is missing: root, on Debian or Ubuntu. */
  canInstall: z.boolean(),
  /** The exact commands, one a line, for a person who installs them by hand; empty when nothing is missing. */
  commands: z.array(z.string()),
  startsAtBoot: z.boolean(),
});
export type LocalCheck = z.infer<typeof localCheck>;
