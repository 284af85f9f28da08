// Addresses of Debian's archive, from the machine's own apt settings: they are never written down here.
import { run } from "../command.ts";

export type Mirrors = { main: string; security: string | undefined };

export async function aptMirrors(): Promise<Mirrors> {
  const targets = await run([
    "apt-get",
    "indextargets",
    "--format",
    "$(REPO_URI) $(RELEASE)",
    "Created-By: Packages",
  ]);
  return chooseMirrors(targets);
}

export function chooseMirrors(targets: string): Mirrors {
  const lines = targets.split("\n").map((line) => line.trim().split(" "));
  const security = lines.find(([, release]) => release?.endsWith("-security"))?.[0];
  const main = lines.find(
    ([, release]) =>
      release && /^(bookworm|trixie|forky|sid|stable|testing|unstable)$/.test(release),
  )?.[0];
  if (!main)
    throw new Error(
      "apt on this machine names no Debian archive: the test world is made from one.",
    );
  return { main, security };
}
