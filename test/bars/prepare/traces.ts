// What of ours is on a server, wherever it may lie: for a server from which it was uninstalled.
import type { Server } from "../../world/server.ts";

const LOOK = `
find / -xdev \\( -path /proc -o -path /sys -o -path /var/lib/docker -o -path /var/lib/containerd -o -path /var/cache -o -path /var/log \\) -prune -o -iname '*aeroplane*' -print | sed 's/^/file /'
find /run -name '*aeroplane*' | sed 's/^/file /'
for process in /proc/[0-9]*; do path=$(readlink "$process/exe"); case "$path" in /opt/aeroplane/*) echo "process $path";; esac; done
nft list ruleset 2>/dev/null | grep -i aeroplane | sed 's/^[[:space:]]*/nft /'
docker ps --all --filter label=run.aeroplane.instance --format 'container {{.Names}}'
docker network ls --filter label=run.aeroplane.instance --format 'network {{.Name}}'
docker images --format '{{.Repository}}' | grep ^aeroplane | sed 's/^/image /'
getent passwd | grep -i aeroplane | cut -d: -f1 | sed 's/^/account /'
grep -i aeroplane /etc/fstab | sed 's/^/fstab /'
[ -d /run/systemd/system ] && systemctl list-unit-files 'aeroplane*' --no-legend | sed 's/^/unit /'
true
`;

export async function leftovers(server: Server): Promise<string[]> {
  const found = await server.exec(["sh", "-c", LOOK]);
  return [...new Set(found.split("\n").map((line) => line.trim().replaceAll(/\s+/g, " ")).filter(Boolean))].sort();
}
