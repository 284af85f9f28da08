import { fail } from "@aeroplane/agent/contract";
import { PLACES } from "./places.ts";
import { lastLines, runTask } from "./task.ts";
import type { Way } from "./way.ts";

/** As large as asked, if that leaves twice as much free. The option x-aeroplane marks the line of fstab as ours. */
const ADD = `
set -eu; umask 077
PATH=$PATH:/usr/sbin:/sbin
mkdir -p /opt/aeroplane; chmod 755 /opt/aeroplane
grep -qxF swap ${PLACES.made} 2>/dev/null || echo swap >> ${PLACES.made}
chmod 644 ${PLACES.made}
if ! grep -q '^${PLACES.swap} ' /proc/swaps; then
  rm -f ${PLACES.swap}
  : > ${PLACES.swap}; chattr +C ${PLACES.swap} 2>/dev/null || true
  dd if=/dev/zero of=${PLACES.swap} bs=1M count="$1" status=none
  mkswap ${PLACES.swap}
  swapon ${PLACES.swap} || { rm -f ${PLACES.swap}; exit 1; }
fi
grep -q '^${PLACES.swap} ' /etc/fstab || printf '${PLACES.swap} none swap sw,nofail,x-aeroplane 0 0\\n' >> /etc/fstab
`;

/** Megabytes of swap worth having there; 0 where the disk is too small for any. */
export function swapSize(freeKilobytes: number | null): number {
  const free = (freeKilobytes ?? 0) / 1024;
  return free > 10_000 ? 2048 : free > 5000 ? 1024 : 0;
}

export async function addSwap(way: Way, megabytes: number, onLine: (line: string) => void): Promise<void> {
  const { code, output } = await runTask(way, { name: "swap", script: ADD, args: [String(megabytes)], onLine });
  if (code !== 0) throw fail("SWAP_NOT_ADDED", { address: way.address }, { detail: lastLines(output) });
}

export const REMOVE_SWAP = `
PATH=$PATH:/usr/sbin:/sbin
grep -q '^${PLACES.swap} ' /proc/swaps && { swapoff ${PLACES.swap} || exit 1; }
if grep -q '^${PLACES.swap} .*x-aeroplane' /etc/fstab 2>/dev/null; then
  cp -p /etc/fstab /etc/fstab.aeroplane && grep -v '^${PLACES.swap} .*x-aeroplane' /etc/fstab.aeroplane > /etc/fstab; rm -f /etc/fstab.aeroplane
fi
rm -f ${PLACES.swap}
exit 0
`;
