import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { effect, syncFilesOf } from "../effects/index.ts";
import type { PeopleConfig } from "../config/config.ts";
import type { Account } from "../sandbox/index.ts";
import type { PersonRow } from "../store/index.ts";

const { chmodSync, chownSync, mkdirSync, renameSync, rmSync } = syncFilesOf("people");

/** One line of authorized_keys: nothing is forwarded, no terminal, no other command than the bridge. */
export function admissionLine({ bridge, socket }: PeopleConfig, person: Pick<PersonRow, "id" | "name" | "publicKey">): string {
  return `restrict,command="exec ${bridge} --socket ${socket} --person ${person.id}" ${person.publicKey} ${person.name}`;
}

/** Derived from the store, as a whole, in one rename; sshd reads it as that login, which may not change it. */
export function writeAdmissions(home: string, config: PeopleConfig, account: Account, people: readonly PersonRow[]): void {
  const folder = join(home, ".ssh");
  for (const path of [home, folder]) {
    mkdirSync(path, { recursive: true });
    chownSync(path, 0, account.gid);
    chmodSync(path, 0o750);
  }
  const text = ["# Written by Aeroplane from its list of people; changes here are lost.", ...people.map((person) => admissionLine(config, person)), ""].join("\n");
  place(join(folder, "authorized_keys"), text, { mode: 0o640, gid: account.gid });
}

const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;

/**
 * The program behind a forced command and behind the owners' second door, under a path that no upgrade changes. What a
 * client sends as environment ends here: Node would take orders from it.
 */
export function writeBridge(path: string, program: readonly string[] = [process.execPath, ...process.execArgv, process.argv[1]!]): void {
  mkdirSync(dirname(path), { recursive: true });
  chmodSync(dirname(path), 0o755);
  const words = ["/usr/bin/env", "-i", "PATH=/usr/bin:/bin", "LANG=C.UTF-8", ...program, "bridge"].map(quote).join(" ");
  place(path, `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755, gid: 0 });
}

export const removeBridge = (path: string) => rmSync(path, { force: true });

/** Whole or not at all, also after a power cut; not written when nothing would change. */
function place(path: string, text: string, { mode, gid }: { mode: number; gid: number }): void {
  if (existsSync(path) && readFileSync(path, "utf8") === text) return;
  const fresh = `${path}.new`;
  rmSync(fresh, { force: true });
  effect("people.write", () => {
    const file = openSync(fresh, "wx", mode);
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  });
  chmodSync(fresh, mode);
  chownSync(fresh, 0, gid);
  renameSync(fresh, path);
}
