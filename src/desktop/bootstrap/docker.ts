import { fail } from "@aeroplane/agent/contract";
import type { Way } from "./way.ts";

/**
 * Starts the daemon as its system does: by systemd, by its init script, else as a process of its own. Answers once its
 * socket takes connections.
 */
const START = `
PATH=$PATH:/usr/sbin:/sbin
if [ -d /run/systemd/system ]; then systemctl enable --quiet docker.service 2>/dev/null; systemctl start docker.service
elif [ -x /etc/init.d/docker ]; then /etc/init.d/docker start >/dev/null 2>&1; fi
pause=0
up() { [ -S /var/run/docker.sock ] && { ! command -v docker >/dev/null || timeout 5 docker version >/dev/null 2>&1; }; }
while [ $pause -lt 300 ]; do
  up && exit 0
  if [ ! -d /run/systemd/system ] && [ $pause = 30 ] && ! pidof dockerd >/dev/null; then
    setsid dockerd --log-level warn </dev/null >> /var/log/aeroplane-dockerd.log 2>&1 &
  fi
  sleep 0.2; pause=$((pause+1))
done
if [ -d /run/systemd/system ]; then journalctl --unit docker.service --lines 30 --no-pager --output cat; else tail -n 30 /var/log/aeroplane-dockerd.log /var/log/docker.log 2>/dev/null; fi
exit 1
`;

export async function startDocker(way: Way): Promise<void> {
  const { code, stdout, stderr } = await way.asRoot(["sh", "-c", START]);
  if (code !== 0) throw fail("DOCKER_NOT_STARTED", { address: way.address }, { detail: `${stdout}\n${stderr}`.trim().slice(-4000) });
}
