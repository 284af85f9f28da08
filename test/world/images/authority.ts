// The world's own certificate authority. Servers trust it, so that the world's registry can stand where the public ones stand.
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheDir } from "../cache.ts";
import { run } from "../command.ts";
import { withLock } from "../lock.ts";

export type Authority = { folder: string; certificate: string; key: string };

const home = join(cacheDir, "authority");

/** Made once per cache and never committed: its certificate is part of the server images' recipe. */
export async function authority(): Promise<Authority> {
  const made = {
    folder: join(home, "public"),
    certificate: join(home, "public", "world-ca.crt"),
    key: join(home, "ca.key"),
  };
  await withLock(join(cacheDir, "authority.lock"), async () => {
    if (existsSync(home)) return;
    await mkdir(cacheDir, { recursive: true });
    const folder = await mkdtemp(join(cacheDir, ".authority-"));
    await mkdir(join(folder, "public"));
    await run([
      "openssl",
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
      "-nodes",
      "-days",
      "3650",
      "-keyout",
      join(folder, "ca.key"),
      "-out",
      join(folder, "public", "world-ca.crt"),
      "-subj",
      "/CN=Aeroplane test world",
      "-addext",
      "keyUsage=critical,keyCertSign,cRLSign",
    ]);
    await rename(folder, home);
  });
  return made;
}

/** A certificate for these names, for one run. */
export async function certificateFor(
  names: string[],
  folder: string,
): Promise<{ certificate: string; key: string }> {
  const ca = await authority();
  const [key, request, certificate, extension] = ["tls.key", "tls.csr", "tls.crt", "tls.ext"].map(
    (file) => join(folder, file),
  ) as [string, string, string, string];
  await run([
    "openssl",
    "req",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-keyout",
    key,
    "-out",
    request,
    "-subj",
    `/CN=${names[0]}`,
  ]);
  await writeFile(
    extension,
    `subjectAltName=${names.map((name) => (/^[0-9.]+$/.test(name) ? `IP:${name}` : `DNS:${name}`)).join(",")}`,
  );
  await run([
    "openssl",
    "x509",
    "-req",
    "-in",
    request,
    "-CA",
    ca.certificate,
    "-CAkey",
    ca.key,
    "-days",
    "365",
    "-set_serial",
    `0x${Date.now().toString(16)}`,
    "-out",
    certificate,
    "-extfile",
    extension,
  ]);
  await rm(request);
  await writeFile(
    certificate,
    `${await readFile(certificate, "utf8")}${await readFile(ca.certificate, "utf8")}`,
  );
  return { certificate, key };
}
