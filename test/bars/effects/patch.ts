// Everything by which Node changes something outside the process, made to tell when it is called outside of an effect.
import childProcess from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import { syncBuiltinESMExports } from "node:module";
import { DatabaseSync, StatementSync } from "node:sqlite";

/** Files of the agent whose changes are no effects, each with its reason. Nothing else may change anything by itself. */
const ALLOWED: Record<string, string> = {
  "log/append.ts": "lines of logs are observations: a lost or torn one is read over",
  "log/follow.ts": "the folder of a log that is waited for",
  "core.ts": "before anything is served or run; starting has the bar upgrade",
  "store/open.ts": "as core.ts",
  "store/migrate.ts": "as core.ts",
  "secrets/key.ts": "as core.ts",
  "secrets/custody.ts": "as core.ts",
  "server/lock.ts": "a lock that the kernel takes back",
  "server/sockets.ts": "as core.ts",
  "server/refusal.ts": "an agent that does not start says why",
  "server/resident.ts": "it gives memory back and changes nothing",
  "network/filter-program.ts": "nft and iptables asked what they can do and what stands, without changing anything",
  "sandbox/kept.ts": "a count of lives",
};

const FILE_CHANGES = ["appendFile", "chmod", "chown", "copyFile", "cp", "lchown", "link", "mkdir", "mkdtemp", "rename", "rm", "rmdir", "symlink", "truncate", "unlink", "utimes", "writeFile"];
const CHILDREN = ["exec", "execFile", "execFileSync", "execSync", "fork", "spawn", "spawnSync"];
const READS = /^\s*(SELECT|WITH|PRAGMA|EXPLAIN)\b/i;

type Functions = Record<string, (...args: unknown[]) => unknown>;

export function patchChanges(inEffect: () => boolean, tell: (what: string) => void): void {
  const told = new Set<string>();
  function check(what: string): void {
    if (inEffect()) return;
    const frames = (new Error("where").stack ?? "").split("\n").filter((line) => /\/agent\/src\/|docker-modem|dockerode/.test(line));
    const from = /agent\/src\/([^:)]+)/.exec(frames.find((line) => line.includes("/agent/src/")) ?? "")?.[1] ?? "an unknown place";
    if (ALLOWED[from] !== undefined || told.has(`${what} ${from}`)) return;
    told.add(`${what} ${from}`);
    tell(`${what} from ${from} ${frames.slice(0, 3).map((line) => line.trim()).join(" < ")}`);
  }
  function wrap(of: object, name: string, what: string, isChange: (args: unknown[]) => boolean = () => true): void {
    const functions = of as Functions;
    const real = functions[name];
    if (typeof real !== "function") return;
    functions[name] = function patched(this: unknown, ...args: unknown[]) {
      if (isChange(args)) check(what);
      return real.apply(this, args);
    };
  }
  const opensToWrite = ([, flags]: unknown[]) => (typeof flags === "number" ? (flags & 3) !== 0 : typeof flags === "string" && flags !== "r");
  const isRequestThatChanges = (args: unknown[]) => args.some((one) => typeof one === "object" && one !== null && "socketPath" in one && !["GET", undefined].includes((one as { method?: string }).method) && !isWait(one as { path?: string }));

  for (const name of FILE_CHANGES) {
    wrap(fs.promises, name, `fs.promises.${name}`);
    wrap(fs, `${name}Sync`, `fs.${name}Sync`);
  }
  wrap(fs.promises, "open", "fs.promises.open for writing", opensToWrite);
  wrap(fs, "openSync", "fs.openSync for writing", opensToWrite);
  for (const name of CHILDREN) wrap(childProcess, name, `child_process.${name}`);
  wrap(http, "request", "a request that changes something", isRequestThatChanges);
  wrap(DatabaseSync.prototype, "exec", "a statement of the store", ([sql]) => !READS.test(String(sql)));
  const run = StatementSync.prototype.run;
  StatementSync.prototype.run = function patched(this: StatementSync, ...args: Parameters<typeof run>) {
    if (!READS.test(this.sourceSQL)) check("a statement of the store");
    return run.apply(this, args);
  } as typeof run;
  syncBuiltinESMExports();
}

/** Asked by POST, and changes nothing. */
const isWait = ({ path }: { path?: string }) => /\/containers\/[^/]+\/wait/.test(path ?? "");
