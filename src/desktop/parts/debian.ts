// A part from Debian's signed archive, for networks where the maker's own address cannot be reached.
// apt checks the signature with Debian's keyring, in a state folder of its own: the machine's packages are not touched, and no root is needed.
import { execFile } from "node:child_process";
import { chmod, copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import type { Arch } from "./manifest.ts";

const execute = promisify(execFile);
const keyrings = [
  "/usr/share/keyrings/debian-archive-keyring.gpg",
  "/usr/share/keyrings/debian-archive-keyring.pgp",
];
const architectures: Record<Arch, string> = { x64: "amd64", arm64: "arm64" };
/** Seconds since the archive signed its index. */
const oldestIndex = 90 * 86_400;
/** Only sid has a Caddy that reads {file.…} upstreams per request. */
const suite = "sid";

export async function fetchFromDebian(
  source: { package: string; member: string },
  {
    folder,
    name,
    arch,
    signal,
    archive,
  }: { folder: string; name: string; arch: Arch; signal?: AbortSignal; archive?: Archive },
): Promise<{ version: string }> {
  const { keyring, mirror } = archive ?? (await configuredArchive(signal));
  const work = join(folder, "apt");
  await download(source.package, { work, keyring, mirror, arch, signal });
  const deb = (await readdir(work)).find((file) => file.endsWith(".deb"));
  if (!deb) throw new Error(`apt-get download ${source.package} left no package behind.`);
  await execute("dpkg", ["-x", join(work, deb), join(work, "x")], { signal });
  await copyFile(join(work, "x", source.member), join(folder, name));
  await chmod(join(folder, name), 0o755);
  await rm(work, { recursive: true, force: true });
  return { version: versionOf(deb) };
}

/** Where packages come from, and who signs for them. */
export type Archive = { keyring: string; mirror: string };

async function configuredArchive(signal?: AbortSignal): Promise<Archive> {
  const keyring = keyrings.find((path) => existsSync(path));
  if (!keyring)
    throw new Error(
      "Debian's archive keyring is not on this machine (package debian-archive-keyring), so a package from there could not be checked.",
    );
  const mirror = await configuredMirror(signal);
  if (!mirror) throw new Error("apt on this machine names no Debian archive.");
  return { keyring, mirror };
}

/** A mirror that is just being updated, or a network that stumbles, deserves a second try. */
async function download(
  name: string,
  at: AptPlace & { work: string; signal?: AbortSignal },
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await rm(at.work, { recursive: true, force: true });
    const options = await privateApt(at.work, at);
    const settings = { signal: at.signal, cwd: at.work, maxBuffer: 1 << 24 };
    try {
      await execute("apt-get", [...options, "-q", "update"], settings);
      await execute("apt-get", [...options, "-q", "download", name], settings);
      return;
    } catch (error) {
      at.signal?.throwIfAborted();
      if (attempt === 3)
        throw new Error(`apt-get could not bring ${name}: ${lastWords(error)}`, { cause: error });
      await pause(attempt * 1000, undefined, { signal: at.signal });
    }
  }
}

/** apt explains itself in lines that begin with E. */
function lastWords(error: unknown): string {
  const said = (error as { stderr?: string }).stderr ?? String(error);
  const complaints = said.split("\n").filter((line) => line.startsWith("E:"));
  return (complaints.length > 0 ? complaints : said.trim().split("\n").slice(-1)).join(" ");
}

/** caddy_2.11.4-1_amd64.deb → 2.11.4-1; apt writes a colon of an epoch as %3a. */
export function versionOf(file: string): string {
  return decodeURIComponent(file.split("_")[1] ?? file);
}

/** 2:2.11.4+ds-1 → 2.11.4: the makers' own number. */
export function upstreamOf(version: string): string {
  return version.replace(/^\d+:/, "").replace(/-[^-]*$/, "").replace(/[+~].*$/, "");
}

/** The archive's address is the one that this machine's apt already uses; it is never written down here. */
async function configuredMirror(signal?: AbortSignal): Promise<string | undefined> {
  const release = await readFile("/etc/os-release", "utf8").catch(() => "");
  if (!/^ID=debian$/m.test(release)) return undefined;
  const { stdout } = await execute(
    "apt-get",
    ["indextargets", "--format", "$(REPO_URI) $(RELEASE)", "Created-By: Packages"],
    { signal },
  );
  return chooseMirror(stdout, /^VERSION_CODENAME=(.+)$/m.exec(release)?.[1] ?? suite);
}

export function chooseMirror(targets: string, codename: string): string | undefined {
  const wanted = new Set([codename, "stable", "testing", "unstable", suite]);
  for (const line of targets.split("\n")) {
    const [address, release] = line.trim().split(" ");
    if (address && release && wanted.has(release)) return address;
  }
  return undefined;
}

type AptPlace = Archive & { arch: Arch };

async function privateApt(work: string, { keyring, mirror, arch }: AptPlace): Promise<string[]> {
  for (const path of ["state/lists/partial", "cache/archives/partial", "etc/preferences.d", "x"])
    await mkdir(join(work, path), { recursive: true });
  await writeFile(join(work, "state/status"), "");
  await writeFile(
    join(work, "etc/sources.list"),
    `deb [signed-by=${keyring}] ${mirror} ${suite} main\n`,
  );
  const settings = {
    "Dir::State": join(work, "state"),
    "Dir::State::status": join(work, "state/status"),
    "Dir::Cache": join(work, "cache"),
    "Dir::Etc": join(work, "etc"),
    "Dir::Etc::sourcelist": join(work, "etc/sources.list"),
    "Dir::Etc::sourceparts": "-",
    // A mirror may lag behind by more than the week that the archive itself allows; by a quarter it is not believed any more, since
    // whoever holds back an index holds back what it mends.
    "Acquire::Check-Date": "true",
    "Acquire::Check-Valid-Until": "true",
    // This computer's own clock may be late.
    "Acquire::Max-FutureTime": "86400",
    "Acquire::Min-ValidTime": String(oldestIndex),
    "Acquire::Max-ValidTime": String(oldestIndex),
    "Acquire::Languages": "none",
    "Acquire::Retries": "3",
    // Else a failed update is only a warning, and the package seems not to exist.
    "APT::Update::Error-Mode": "any",
    "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled": "false",
    "APT::Sandbox::User": "root",
    "APT::Architecture": architectures[arch],
    "APT::Architectures": architectures[arch],
  };
  return Object.entries(settings).flatMap(([key, value]) => ["-o", `${key}=${value}`]);
}
