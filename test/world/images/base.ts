// Debian base images, made from the archive itself: no registry of images is needed.
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { cacheDir } from "../cache.ts";
import { run, type CommandOptions } from "../command.ts";
import { docker } from "../docker.ts";
import { aptMirrors } from "./mirrors.ts";

/** Raised when the arguments below change what comes out. */
export const version = 2;

export type Suite = "trixie" | "bookworm";

const machineCertificates = "/usr/local/share/ca-certificates";
const leftOut = ["/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*"];
/** A mirror may be some days old: the signature is checked all the same. */
const aptOptions = [
  'Acquire::Languages "none"',
  'APT::Install-Recommends "false"',
  'Acquire::Check-Valid-Until "false"',
  // Else one refused connection in a build looks like a package that does not exist.
  'Acquire::Retries "5"',
  'APT::Update::Error-Mode "any"',
];

export async function importBase(
  suite: Suite,
  tag: string,
  labels: string[],
  options: CommandOptions,
): Promise<void> {
  const tar = await baseTar(suite, options);
  const changes = [
    'CMD ["bash"]',
    "ENV DEBIAN_FRONTEND=noninteractive",
    ...labels.map((label) => `LABEL ${label}`),
  ];
  await docker(["import", ...changes.flatMap((change) => ["-c", change]), tar, tag], {
    timeout: 300_000,
    ...options,
  });
}

async function baseTar(suite: Suite, options: CommandOptions): Promise<string> {
  const folder = join(cacheDir, "bases");
  const tar = join(folder, `${suite}-${version}.tar`);
  if (existsSync(tar)) return tar;
  await mkdir(folder, { recursive: true });
  const half = join(folder, `${suite}-${version}.half.tar`);
  await rm(half, { force: true });
  const argv = ["mmdebstrap", ...(await mmdebstrapArguments(suite, half))];
  await twice(() => run(argv, { timeout: 900_000, ...options }));
  await rename(half, tar);
  return tar;
}

/** A mirror that is just being updated deserves a second try. */
async function twice<T>(work: () => Promise<T>): Promise<T> {
  return await work().catch(work);
}

async function mmdebstrapArguments(suite: Suite, tar: string): Promise<string[]> {
  const { main, security } = await aptMirrors();
  const sources = [`deb ${main} ${suite} main`, `deb ${main} ${suite}-updates main`];
  if (security) sources.push(`deb ${security} ${suite}-security main`);
  return [
    "--quiet",
    "--variant=minbase",
    "--include=ca-certificates",
    ...leftOut.map((path) => `--dpkgopt=path-exclude=${path}`),
    ...aptOptions.map((option) => `--aptopt=${option}`),
    ...(await certificateHooks()),
    '--customize-hook=rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/*.bin "$1"/var/log/*',
    suite,
    tar,
    ...sources,
  ];
}

/** A machine that trusts an own authority (a company's, a test bench's) needs its containers to trust it too. */
async function certificateHooks(): Promise<string[]> {
  const files = await readdir(machineCertificates).catch(() => []);
  const certificates = files.filter((file) => file.endsWith(".crt"));
  if (certificates.length === 0) return [];
  return [
    ...certificates.map(
      (file) =>
        `--customize-hook=copy-in ${join(machineCertificates, file)} ${machineCertificates}`,
    ),
    '--customize-hook=chroot "$1" update-ca-certificates',
  ];
}
