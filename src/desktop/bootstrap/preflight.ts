import { fail } from "@aeroplane/agent/contract";
import * as z from "zod";
import type { Transport } from "../ssh/transport.ts";
import { PLACES } from "./places.ts";

/**
 * What a server is and has, asked by one POSIX script on stdin: no quoting, any login shell, and a banner around its
 * answer does no harm. It changes nothing.
 */
const SCRIPT = `
word() { printf '%s' "$1" | tr -cd 'A-Za-z0-9 ._:/+~@-' | cut -c1-200; }
base() { base64 2>/dev/null | tr -d '\\n'; }
uid=$(id -u); root=no; run=
if [ "$uid" = 0 ]; then root=yes; elif sudo -n true 2>/dev/null; then root=sudo; run='sudo -n'; fi
os=; osversion=
if [ -r /etc/os-release ]; then os=$(. /etc/os-release; echo "$ID"); osversion=$(. /etc/os-release; echo "$VERSION_ID"); fi
systemd=no; [ -d /run/systemd/system ] && systemd=yes
docker=; command -v docker >/dev/null 2>&1 && docker=$($run docker version --format '{{.Server.Version}}' 2>/dev/null || echo installed)
git=; command -v git >/dev/null 2>&1 && git=$(git --version | cut -d' ' -f3)
libc=$(getconf GNU_LIBC_VERSION 2>/dev/null | cut -d' ' -f2)
free=$(df -Pk /opt 2>/dev/null | awk 'NR==2{print $4}')
noexec=no; case ",$(findmnt -no OPTIONS -T /opt 2>/dev/null)," in *,noexec,*) noexec=yes;; esac
sshd=$($run /usr/sbin/sshd -T 2>/dev/null | grep -iE '^(allowstreamlocalforwarding|disableforwarding) ' | tr 'A-Z\\n' 'a-z ')
parts=$(ls ${PLACES.parts} 2>/dev/null | grep -v '[.]new-' | tr -cd 'A-Za-z0-9._+~\\n-' | tr '\\n' ' ')
agentunit=$(cat ${PLACES.units}/aeroplane-agent.service 2>/dev/null | base)
caddyunit=$(cat ${PLACES.units}/aeroplane-caddy.service 2>/dev/null | base)
active=$($run systemctl is-active aeroplane-agent.service 2>/dev/null)
printf '\\n==aeroplane=={"login":"%s","root":"%s","kernel":"%s","arch":"%s","os":"%s","osVersion":"%s","systemd":"%s","docker":"%s","git":"%s","libc":"%s","freeKilobytes":%s,"noexec":"%s","sshd":"%s","parts":"%s","agentUnit":"%s","caddyUnit":"%s","active":"%s"}==end==\\n' \\
  "$(word "$(id -un)")" "$root" "$(word "$(uname -s)")" "$(word "$(uname -m)")" "$(word "$os")" "$(word "$osversion")" "$systemd" \\
  "$(word "$docker")" "$(word "$git")" "$(word "$libc")" "\${free:-0}" "$noexec" "$(word "$sshd")" "$parts" "$agentunit" "$caddyunit" "$(word "$active")"
`;

const yes = z.enum(["yes", "no"]).transform((word) => word === "yes");
const unit = z.string().transform((text) => Buffer.from(text, "base64").toString("utf8"));
const answer = z.object({
  login: z.string(),
  root: z.enum(["yes", "no", "sudo"]),
  kernel: z.string(),
  arch: z.string(),
  os: z.string(),
  osVersion: z.string(),
  systemd: yes,
  /** The daemon's version; "installed" where it does not answer. */
  docker: z.string(),
  git: z.string(),
  libc: z.string(),
  freeKilobytes: z.number(),
  noexec: yes,
  /** What sshd says about forwarding, where it may be asked. */
  sshd: z.string(),
  parts: z.string().transform((text) => text.split(" ").filter(Boolean)),
  agentUnit: unit,
  caddyUnit: unit,
  active: z.string(),
});
export type Preflight = z.infer<typeof answer>;

export async function preflight(transport: Transport, address: string, signal?: AbortSignal): Promise<Preflight> {
  const { stdout, stderr } = await transport.exec(["sh"], { stdin: SCRIPT, signal });
  return readPreflight(stdout, address, stderr);
}

export function readPreflight(stdout: string, address: string, stderr = ""): Preflight {
  const line = /==aeroplane==(\{.*\})==end==/.exec(stdout)?.[1];
  const read = line ? answer.safeParse(parse(line)) : undefined;
  if (read?.success) return read.data;
  throw fail("SERVER_UNSUPPORTED", { address, why: "its shell did not run the check" }, { detail: `${stdout}\n${stderr}`.slice(-2000) });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
