// A registry of this process with a new image behind every tag: the same small base, and a file of its own above it.
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { run } from "../../world/command.ts";
import { dockerBin } from "../../world/docker.ts";
import { ensureImage } from "../../world/images/images.ts";
import type { BarContext } from "../frame.ts";

const FILE_BYTES = 256 * 1024;
const TYPES = {
  config: "application/vnd.docker.container.image.v1+json",
  layer: "application/vnd.docker.image.rootfs.diff.tar.gzip",
  manifest: "application/vnd.docker.distribution.manifest.v2+json",
};

type Blob = { body: Buffer; mediaType: string; size: number; digest: string };
const digestOf = (body: Buffer) => `sha256:${createHash("sha256").update(body).digest("hex")}`;
const blobOf = (body: Buffer, mediaType: string): Blob => ({ body, mediaType, size: body.length, digest: digestOf(body) });

/** "127.0.0.1:PORT/app"; every tag of it is there. */
export async function startTagRegistry({ cleanup }: Pick<BarContext, "cleanup">, folder: string): Promise<string> {
  const base = await baseOf(folder);
  const blobs = new Map<string, Blob>();
  const tags = new Map<string, Promise<Blob>>();
  const manifestOf = (tag: string) => tags.get(tag) ?? tags.set(tag, makeImage(folder, base, blobs)).get(tag)!;
  const server = createServer((request, response) => {
    void (async () => {
      const [, kind, name = ""] = /\/(manifests|blobs)\/(.+)$/.exec(request.url!) ?? [];
      if (kind === undefined) return response.end("{}");
      const found = kind === "manifests" && !name.startsWith("sha256:") ? await manifestOf(name) : blobs.get(name);
      if (found === undefined) return response.writeHead(404).end();
      response.writeHead(200, { "content-type": found.mediaType, "content-length": found.size, "docker-content-digest": found.digest });
      response.end(request.method === "HEAD" ? undefined : found.body);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanup(() => new Promise<void>((resolve) => (server.closeAllConnections(), server.close(() => resolve()))));
  return `127.0.0.1:${(server.address() as AddressInfo).port}/app`;
}

/** All files of the small web server as one layer. */
async function baseOf(folder: string): Promise<Buffer> {
  const id = (await run([dockerBin, "create", await ensureImage("world/tiny:1")])).trim();
  const file = join(folder, "base.tar");
  await run([dockerBin, "export", "--output", file, id]);
  await run([dockerBin, "rm", id]);
  return readFile(file);
}

async function makeImage(folder: string, base: Buffer, blobs: Map<string, Blob>): Promise<Blob> {
  const place = await mkdtemp(join(folder, "layer-"));
  await writeFile(join(place, "own"), randomBytes(FILE_BYTES));
  await run(["tar", "-C", place, "-cf", join(place, "layer.tar"), "own"]);
  const own = await readFile(join(place, "layer.tar"));
  await rm(place, { recursive: true });
  const layers = [base, own].map((tar) => blobOf(gzipSync(tar, { level: 1 }), TYPES.layer));
  const facts = {
    architecture: process.arch === "x64" ? "amd64" : process.arch,
    os: "linux",
    config: { Entrypoint: ["/bin/busybox", "httpd", "-f", "-p", "80", "-h", "/www"], ExposedPorts: { "80/tcp": {} } },
    rootfs: { type: "layers", diff_ids: [base, own].map(digestOf) },
  };
  const config = blobOf(Buffer.from(JSON.stringify(facts)), TYPES.config);
  const part = ({ mediaType, size, digest }: Blob) => ({ mediaType, size, digest });
  const manifest = blobOf(Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: TYPES.manifest, config: part(config), layers: layers.map(part) })), TYPES.manifest);
  for (const blob of [...layers, config, manifest]) blobs.set(blob.digest, blob);
  return manifest;
}
