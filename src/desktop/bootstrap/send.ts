import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fail } from "@aeroplane/agent/contract";
import { PLACES } from "./places.ts";
import { partFolder, type WantedPart } from "./plan.ts";
import type { Way } from "./way.ts";

/** Unpacks stdin beside, compares, and only then renames: a folder under its final name is whole. */
const RECEIVE = `
set -eu
umask 022
mkdir -p "$1"
# Cut off on the way: what came is worth nothing.
gzip -dc > "$1/$3" || { rm -rf "$1"; exit 65; }
sum=$(sha256sum "$1/$3" | cut -d' ' -f1)
if [ "$sum" != "$4" ]; then rm -rf "$1"; echo damaged >&2; exit 65; fi
chmod 755 "$1/$3"; sync "$1/$3"
if [ -e "$2" ]; then rm -rf "$1"; else mv -T "$1" "$2"; fi
`;

export async function sendPart(way: Way, part: WantedPart, packed: string, onProgress: (share: number) => void): Promise<void> {
  const { size } = await stat(packed);
  let sent = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      onProgress(Math.min(1, (sent += chunk.length) / size));
      done(null, chunk);
    },
  });
  const reading = pipeline(createReadStream(packed), counted, { signal: way.signal });
  // The result of the far end tells more than a pipe that broke on the way.
  reading.catch(() => {});
  const final = `${PLACES.parts}/${partFolder(part)}`;
  const result = await way.asRoot(["sh", "-c", RECEIVE, "sh", `${final}.new-${randomUUID()}`, final, part.file, part.sha256], {
    stdin: counted,
  });
  if (result.code === 0) return;
  const { address } = way;
  if (/No space left/.test(result.stderr)) throw fail("DISK_FULL", { path: PLACES.parts, free: "0 bytes" }, { detail: result.stderr });
  throw fail("UPLOAD_DAMAGED", { file: part.file, address }, { detail: result.stderr.slice(-2000) });
}

const WRITE = `set -eu; umask 022; cat > "$1.new"; chmod 644 "$1.new"; mv -T "$1.new" "$1"`;

export async function sendText(way: Way, path: string, text: string): Promise<void> {
  const result = await way.asRoot(["sh", "-c", WRITE, "sh", path], { stdin: text });
  if (result.code !== 0) throw fail("SERVER_UNSUPPORTED", { address: way.address, why: `${path} cannot be written` }, { detail: result.stderr });
}

/** Keeps the newest two of each program: the one in use and the one before it. Unfinished uploads of a day ago go too. */
const PRUNE = `
cd "$1" || exit 0
for name in node agent caddy buildx; do ls -1dt "$name"-* 2>/dev/null | grep -v '\\.new-' | tail -n +3 | while read -r old; do rm -rf -- "./$old"; done; done
find . -maxdepth 1 -name '*.new-*' -mmin +1440 -exec rm -rf {} +
`;

export async function pruneParts(way: Way): Promise<void> {
  await way.asRoot(["sh", "-c", PRUNE, "sh", PLACES.parts]);
}
