import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { PLACES } from "./places.ts";
import type { Way } from "./way.ts";

/**
 * A long act on the server that a lost connection must not end, such as a package manager's. It belongs to the server:
 * it is started away from this connection, writes to a file, and is followed by its offset. Whoever comes while one runs
 * follows that one to its end first. Only one runs at a time: each takes the same lock.
 */
const START = `
set -eu; umask 022
mkdir -p ${PLACES.tasks}; cd ${PLACES.tasks}
: >> lock
# One that runs is answered with its id, and followed.
if [ -s id ] && ! flock -n lock true; then echo "$1-runs"; cat id; exit 0; fi
id=$1; name=$2; shift 2
cat > "task-$id"; : > "out-$id"
if [ -d /run/systemd/system ] && command -v systemd-run >/dev/null; then
  systemd-run --quiet --collect --unit "aeroplane-prepare-$id" --property=KillMode=process sh ${PLACES.tasks}/task-"$id" "$id" "$name" "$@" </dev/null >/dev/null 2>&1
else
  setsid sh ${PLACES.tasks}/task-"$id" "$id" "$name" "$@" </dev/null >/dev/null 2>&1 &
fi
`;

/** Stands before every task: takes the lock, says who runs, and leaves the exit code as the last thing. */
const HEAD = `
id=$1; name=$2; shift 2
cd ${PLACES.tasks} || exit 1
exec 9>>lock; flock 9
echo "$id $name" > id.new; mv id.new id
# Whatever it started may have inherited the lock (a daemon's init script does): it is given back for all of them.
end() { code=$?; rm -f id; flock -u 9; echo "$code" > "rc-$id.new"; mv "rc-$id.new" "rc-$id"; }
trap end EXIT
exec >> "out-$id" 2>&1 </dev/null
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/root
`;

/** Waits up to ten seconds for news; needs no root: the output is no secret. */
const FOLLOW = `
cd ${PLACES.tasks} 2>/dev/null && [ -e "out-$1" ] || { echo '==gone=='; exit 0; }
n=0; idle=0
while [ $n -lt 50 ]; do
  [ "$(wc -c < "out-$1")" -gt "$2" ] && break
  [ -e "rc-$1" ] && break
  # The lock is free and there is no code: it was killed, or has not begun yet.
  if flock -n -s lock true 2>/dev/null; then idle=$((idle+1)); else idle=0; fi
  [ $idle -ge 25 ] && [ ! -e "rc-$1" ] && { echo '==gone=='; exit 0; }
  n=$((n+1)); sleep 0.2
done
code=$(cat "rc-$1" 2>/dev/null)
echo "==$code=="; tail -c +$(($2+1)) "out-$1" | head -c 65536
`;

const KEPT = 1024 ** 2;
const LONGEST_LINE = 64 * 1024;

/** `output`: its last megabyte. */
export type TaskResult = { code: number; output: string };
type Options = { name: string; script: string; args?: readonly string[]; onLine?: (line: string) => void };

/** Runs it, or follows the one that runs already under that name; another one is waited for. */
export async function runTask(way: Way, { name, script, args = [], onLine = () => {} }: Options): Promise<TaskResult> {
  for (let tries = 0; ; tries += 1) {
    const id = randomUUID();
    const started = await way.asRoot(["sh", "-c", START, "sh", id, name, ...args], { stdin: HEAD + script });
    if (started.code !== 0) return { code: started.code ?? -1, output: started.stderr };
    const [word, running] = started.stdout.trim().split("\n");
    const [foreign, what] = word === `${id}-runs` ? (running ?? "").split(" ") : [];
    const result = await follow(way, foreign || id, onLine);
    // One that is gone without a word (a reboot) or that did something else: now it is this one's turn.
    if (result && (!foreign || what === name)) return result;
    if (tries >= 5) return { code: -1, output: "The step ended without a result several times." };
    await pause(500, undefined, { signal: way.signal });
  }
}

async function follow(way: Way, id: string, onLine: (line: string) => void): Promise<TaskResult | null> {
  let output = Buffer.alloc(0);
  let at = 0;
  let rest = "";
  while (true) {
    const chunks: Buffer[] = [];
    const { code, stderr } = await way.run(["sh", "-c", FOLLOW, "sh", id, String(at)], { onOutput: (chunk) => chunks.push(chunk) });
    if (code !== 0) return { code: code ?? -1, output: stderr };
    const answer = Buffer.concat(chunks);
    const head = answer.indexOf("\n");
    const word = /^==(.*)==$/.exec(answer.subarray(0, head).toString())?.[1];
    if (word === "gone" || word === undefined) return null;
    const fresh = answer.subarray(head + 1);
    at += fresh.length;
    output = Buffer.concat([output, fresh]).subarray(-KEPT);
    const lines = (rest + fresh.toString()).split(/\r\n|\r|\n/);
    rest = (lines.pop() ?? "").slice(-LONGEST_LINE);
    for (const line of lines) if (isWorthReading(line)) onLine(line.trim());
    if (word !== "" && fresh.length === 0) return { code: Number(word), output: output.toString() };
  }
}

/** dpkg counts to a hundred in lines of its own. */
function isWorthReading(line: string): boolean {
  return line.trim() !== "" && !/^\(Reading database \.\.\.( \d+%)?$/.test(line);
}

/** What a person reads of it. */
export const lastLines = (output: string, count = 40) => output.split(/\r\n|\r|\n/).filter(isWorthReading).slice(-count).join("\n");
