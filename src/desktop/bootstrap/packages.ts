import { fail } from "@aeroplane/agent/contract";
import { archOf } from "./plan.ts";
import type { Preflight } from "./preflight.ts";
import { DOCKER_ARCHIVE, DOCKER_KEY_SHA256 } from "./preflight-script.ts";
import { lastLines, runTask } from "./task.ts";
import type { Way } from "./way.ts";

/** Minutes that another package manager is waited for: a first boot updates itself. */
const PATIENCE = 10;

export type Packages = { needed: string[]; /** Taken where the archive has them. */ welcome: string[]; docker: "none" | "distribution" | "docker" };

/** Names of Debian's and Ubuntu's packages; nftables and iproute2 carry the private names. */
export function missingPackages(found: Preflight, { fromDocker }: { fromDocker: boolean }): Packages {
  const docker = found.docker !== "" ? "none" : fromDocker ? "docker" : "distribution";
  const engine = { none: [], distribution: ["docker.io"], docker: ["docker-ce", "docker-ce-cli", "containerd.io"] }[docker];
  return {
    docker,
    needed: [...engine, ...(found.git === "" ? ["git"] : []), ...(needsAtomic(found) ? ["libatomic1"] : []), ...(found.nft ? [] : ["nftables"]), ...(found.ip ? [] : ["iproute2"]), ...(docker !== "none" && found.lacksApparmor ? ["apparmor"] : [])],
    // Newer releases part the client from the daemon.
    welcome: docker === "distribution" ? ["docker-cli", "ca-certificates"] : [],
  };
}

/** Node's program of 25 and newer does not start without it; it is what arm64 gets. */
const needsAtomic = (found: Preflight) => archOf(found) === "arm64" && !found.atomic;

/** "Install Docker, git and nftables". */
export function installLabel({ needed }: Packages): string {
  const words = needed.filter((name) => !["docker-ce-cli", "containerd.io"].includes(name)).map((name) => (name.startsWith("docker") ? "Docker" : name));
  return `Install ${words.length > 1 ? `${words.slice(0, -1).join(", ")} and ${words.at(-1)}` : words[0]}`;
}

/**
 * Runs on the server, away from the connection. Arguments: distribution of Docker ("docker", "distribution", "none"), id
 * and codename of the system, welcome packages joined by commas, then the needed ones.
 */
const INSTALL = `
docker=$1; os=$2; codename=$3; welcome=$4; shift 4
export DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l NEEDRESTART_SUSPEND=1
until=$(( $(date +%s) + ${PATIENCE * 60} ))
# Another one at work (a first boot, an update by night) is waited for: apt's own option covers one of its three locks.
patiently() {
  while :; do
    from=$(wc -c < "out-$id"); "$@"; code=$?
    [ $code = 0 ] && return 0
    tail -c +$((from+1)) "out-$id" | grep -qE 'Could not get lock|Unable to lock|is locked by another|frontend lock|Unable to acquire' || return $code
    [ "$(date +%s)" -lt $until ] || { echo 'aeroplane: the package manager stays locked'; return 75; }
    echo 'Waiting for another package manager to end'; sleep 3
  done
}
apt() { apt-get -q -y -o DPkg::Lock::Timeout=30 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold -o Dpkg::Use-Pty=0 "$@"; }
# What a run that was cut off left half-way; harmless where there is nothing.
patiently dpkg --force-confdef --force-confold --configure -a || { code=$?; [ $code = 75 ] && exit 75; patiently apt --fix-broken install; }

# Only what we install is configured, and only where nobody did: logs that end, containers that outlive their daemon.
if [ "$docker" != none ] && [ ! -e /etc/docker/daemon.json ]; then
  mkdir -p /etc/docker
  printf '{\\n  "live-restore": true,\\n  "log-driver": "json-file",\\n  "log-opts": { "max-size": "10m", "max-file": "3" }\\n}\\n' > /etc/docker/daemon.json.new
  mv /etc/docker/daemon.json.new /etc/docker/daemon.json
fi
if [ "$docker" = docker ]; then
  mkdir -p /etc/apt/keyrings
  /usr/lib/apt/apt-helper download-file "${DOCKER_ARCHIVE}/$os/gpg" /etc/apt/keyrings/docker.asc.new SHA256:${DOCKER_KEY_SHA256} || { echo 'aeroplane: the sources are out of reach'; exit 76; }
  mv /etc/apt/keyrings/docker.asc.new /etc/apt/keyrings/docker.asc; chmod 644 /etc/apt/keyrings/docker.asc
  printf 'Types: deb\\nURIs: ${DOCKER_ARCHIVE}/%s\\nSuites: %s\\nComponents: stable\\nSigned-By: /etc/apt/keyrings/docker.asc\\n' "$os" "$codename" > /etc/apt/sources.list.d/docker.sources
fi
patiently apt update || { code=$?; [ $code = 75 ] && exit 75; sleep 3; patiently apt update; }
updated=$?; [ $updated = 75 ] && exit 75
for name in $(echo "$welcome" | tr , ' '); do [ -n "$(apt-cache show --no-all-versions "$name" 2>/dev/null)" ] && set -- "$@" "$name"; done
patiently apt --no-install-recommends install "$@" && exit 0
code=$?; [ $code = 75 ] && exit 75
# Once more after mending: an earlier run may have been killed while it unpacked.
patiently apt --fix-broken install && patiently apt --no-install-recommends install "$@" && exit 0
code=$?; [ $code = 75 ] && exit 75
[ $updated = 0 ] || exit 76
exit $code
`;

export async function installPackages(way: Way, found: Preflight, packages: Packages, onLine: (line: string) => void): Promise<void> {
  const { address } = way;
  const args = [packages.docker, found.os, found.codename, packages.welcome.join(","), ...packages.needed];
  if (!found.apt) {
    throw fail("SERVER_LACKS", { address, what: packages.needed.join(", "), commands: "the package manager of its system" });
  }
  const { code, output } = await runTask(way, { name: `packages-${packages.needed.join("+")}`, script: INSTALL, args, onLine });
  if (code === 0) return;
  const detail = lastLines(output);
  if (code === 75) throw fail("PACKAGES_BUSY", { address, minutes: PATIENCE }, { detail });
  if (code === 76) throw fail("PACKAGE_SOURCES_UNREACHABLE", { address }, { detail });
  throw fail("PACKAGES_NOT_INSTALLED", { address, packages: packages.needed.join(", "), code }, { detail });
}
