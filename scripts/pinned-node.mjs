// Brings the dependencies and the pinned Node, then hands over to it. Plain JS without imports of ours: it has to start on Node 18.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const wantedMajor = 24;
const marker = join(root, "node_modules", ".aeroplane-lock");
const lock = join(root, ".cache", "npm-ci.lock");

/** Ends the process with one sentence, where nothing else can be done. */
function stop(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

function lockFileHash() {
  return createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
}

function installed(hash) {
  return existsSync(marker) && readFileSync(marker, "utf8").trim() === hash;
}

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** Two commands started at once must not both rewrite node_modules; a lock whose owner is gone is taken over. */
function takeLock() {
  mkdirSync(dirname(lock), { recursive: true });
  for (;;) {
    try {
      const file = openSync(lock, "wx");
      writeFileSync(file, String(process.pid));
      closeSync(file);
      return;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    const owner = readOwner();
    if (owner !== undefined && !alive(owner)) rmSync(lock, { force: true });
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
  }
}

function readOwner() {
  try {
    const owner = Number(readFileSync(lock, "utf8"));
    if (owner > 0) return owner;
    // The owner writes its pid right after creating the file: only an old empty file means that it died in between.
    return Date.now() - statSync(lock).mtimeMs > 10_000 ? 2 ** 22 + 1 : undefined;
  } catch {
    return undefined;
  }
}

/** node_modules that a person filled by hand (or that `npm install` keeps up to date) need no second installation. */
function matchesLockFile() {
  try {
    const wanted = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
    const present = JSON.parse(
      readFileSync(join(root, "node_modules", ".package-lock.json"), "utf8"),
    ).packages;
    return Object.entries(wanted).every(
      ([path, entry]) =>
        path === "" ||
        entry.link === true ||
        entry.optional === true ||
        present[path]?.version === entry.version ||
        !path.startsWith("node_modules"),
    );
  } catch {
    return false;
  }
}

export function ensureDependencies() {
  const hash = lockFileHash();
  if (installed(hash)) return;
  takeLock();
  try {
    if (installed(hash)) return;
    if (!matchesLockFile()) {
      process.stdout.write("Installing the dependencies (npm ci)\n");
      const npm = process.platform === "win32" ? "npm.cmd" : "npm";
      // The warning about the machine's own Node is expected: the pinned one comes with this very installation.
      const install = () =>
        spawnSync(npm, ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
          cwd: root,
          stdio: "inherit",
          shell: process.platform === "win32",
        });
      let result = install();
      if (result.status !== 0 && !result.signal && !result.error) {
        // What a slow network cut off is mostly there already: npm keeps what it fetched.
        process.stdout.write("Trying npm ci once more\n");
        result = install();
      }
      if (result.status !== 0) {
        rmSync(lock, { force: true });
        stop(
          `npm ci in ${root} failed${result.error ? `: ${result.error.message}` : ` with exit code ${result.status}`}. Its own lines above name the reason.`,
        );
      }
    }
    // As a new file: modules that were linked into another checkout share this one, and it speaks of one checkout alone.
    writeFileSync(`${marker}.new`, `${hash}\n`);
    renameSync(`${marker}.new`, marker);
  } finally {
    rmSync(lock, { force: true });
  }
}

function starts(path) {
  return spawnSync(path, ["--version"], { stdio: "ignore" }).status === 0;
}

function lastWords(path) {
  return String(spawnSync(path, ["--version"]).stderr ?? "").trim();
}

/** Node for arm64 needs a small library that no minimal system has; root is spared the question. */
function bringAtomic() {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return false;
  process.stdout.write("Installing libatomic1, which Node needs\n");
  const apt = (...args) => spawnSync("apt-get", ["-q", "-y", ...args], { stdio: "ignore" });
  apt("update");
  return apt("--no-install-recommends", "install", "libatomic1").status === 0;
}

/** The path of the Node that everything of ours runs on. */
export function pinnedNode() {
  const major = Number(process.versions.node.split(".")[0]);
  if (process.platform === "linux" && (process.arch === "x64" || process.arch === "arm64")) {
    const path = join(root, "node_modules", `node-linux-${process.arch}`, "bin", "node");
    if (existsSync(path) && (starts(path) || (bringAtomic() && starts(path)))) return path;
    if (existsSync(path) && major < wantedMajor)
      stop(
        `The Node that comes with npm does not start here: ${lastWords(path)} On Debian and Ubuntu: apt-get install libatomic1`,
      );
  }
  if (major < wantedMajor)
    stop(
      `Node ${process.versions.node} is too old here: Node ${wantedMajor} or newer is needed on ${process.platform}-${process.arch}.`,
    );
  return process.execPath;
}

/** Runs one file of ours with the pinned Node and ends as it ends. */
export function handOver(file, args = process.argv.slice(2), { env = process.env } = {}) {
  ensureDependencies();
  const node = pinnedNode();
  const child = spawn(node, ["--disable-warning=ExperimentalWarning", join(root, file), ...args], {
    cwd: root,
    stdio: "inherit",
    env: {
      ...env,
      PATH: `${dirname(node)}${process.platform === "win32" ? ";" : ":"}${env.PATH ?? ""}`,
    },
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(signal, () => forward(child, signal));
  child.on("error", (error) => stop(`${node} does not start: ${error.message}`));
  child.on("exit", (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

/** Ctrl+C at a terminal reaches the whole process group by itself: forwarding it again would be a second Ctrl+C. */
function forward(child, signal) {
  if (signal === "SIGINT" && process.stdin.isTTY) return;
  child.kill(signal);
}
