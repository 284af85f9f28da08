// The batch API of Git LFS (docs/api/batch.md of git-lfs), for downloads: what stands in a repository's lfs/objects is handed out, in order or as its lfs/trouble says.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { dirname, join } from "node:path";

/**
 * "quota", "limited", "refused", "private", "failing": the whole answer, as hosts give it. "endless": an object that goes on
 * for ever; "wrong": one with other bytes; "slow": one that begins and does not go on.
 */
export type LfsTrouble = "quota" | "limited" | "refused" | "private" | "failing" | "endless" | "wrong" | "slow";

const JSON_TYPE = "application/vnd.git-lfs+json";
const PATH = /^(\/.+?\.git)\/info\/lfs\/(.*)$/;

/** Puts content where the server hands it out from; answers the pointer that is to be committed for it. */
export async function keepObject(gitDir: string, content: string | Buffer): Promise<string> {
  const oid = createHash("sha256").update(content).digest("hex");
  const file = join(gitDir, place(oid));
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
  return pointer(oid, Buffer.byteLength(content));
}

export const pointer = (oid: string, size: number): string => `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${size}\n`;
const place = (oid: string) => join("lfs", "objects", oid.slice(0, 2), oid.slice(2, 4), oid);

export async function makeTrouble(gitDir: string, trouble: LfsTrouble | null): Promise<void> {
  await mkdir(join(gitDir, "lfs"), { recursive: true });
  await writeFile(join(gitDir, "lfs", "trouble"), trouble ?? "");
}

/** True: it was asked for by LFS and is answered. */
export function answerLfs(folder: string, request: IncomingMessage, response: ServerResponse, url: URL): boolean {
  const [, repository = "", act = ""] = PATH.exec(decodeURIComponent(url.pathname)) ?? [];
  if (repository === "" || repository.includes("..")) return false;
  const bare = join(folder, repository);
  const gitDir = existsSync(join(bare, ".git")) ? join(bare, ".git") : bare;
  const trouble = (existsSync(join(gitDir, "lfs", "trouble")) ? readFileSync(join(gitDir, "lfs", "trouble"), "utf8") : "") as LfsTrouble | "";
  const answering = act === "objects/batch" ? batch(request, response, gitDir, trouble, `${url.pathname.replace(/batch$/, "")}`) : object(response, gitDir, trouble, act);
  void answering.catch((error: Error) => answer(response, 422, { message: error.message }));
  return true;
}

const answer = (response: ServerResponse, status: number, body: object, more: Record<string, string> = {}) =>
  void response.writeHead(status, { "content-type": JSON_TYPE, ...more }).end(JSON.stringify(body));

const WHOLE: Partial<Record<LfsTrouble, [number, string]>> = {
  quota: [403, "This repository is over its data quota. Account responsible for LFS bandwidth should purchase more data packs to restore access."],
  limited: [429, "Too many requests"],
  refused: [403, "Forbidden"],
  private: [401, "Credentials needed"],
  failing: [500, "The disk of this host is on fire"],
};

type Asked = { operation: string; transfers?: string[]; objects: { oid: string; size: number }[]; hash_algo?: string };

async function batch(request: IncomingMessage, response: ServerResponse, gitDir: string, trouble: LfsTrouble | "", base: string): Promise<void> {
  const whole = trouble === "" ? undefined : WHOLE[trouble];
  if (whole) return answer(response, whole[0], { message: whole[1] }, trouble === "private" ? { "lfs-authenticate": 'Basic realm="lfs"' } : {});
  let text = "";
  for await (const part of request.setEncoding("utf8") as AsyncIterable<string>) text += part;
  const asked = JSON.parse(text) as Asked;
  const spoken = request.method === "POST" && String(request.headers.accept).startsWith(JSON_TYPE) && String(request.headers["content-type"]).startsWith(JSON_TYPE);
  if (!spoken || asked.operation !== "download" || !(asked.transfers ?? ["basic"]).includes("basic") || (asked.hash_algo ?? "sha256") !== "sha256") throw new Error(`not as the batch API has it: ${text}`);
  const { authorization } = request.headers;
  const header = authorization === undefined ? {} : { Authorization: authorization };
  const objects = asked.objects.map(({ oid, size }) => {
    if (!/^[0-9a-f]{64}$/.test(oid) || !Number.isInteger(size)) throw new Error(`not an object: ${oid}`);
    if (!existsSync(join(gitDir, place(oid)))) return { oid, size, error: { code: 404, message: "Object does not exist" } };
    return { oid, size, authenticated: true, actions: { download: { href: `http://${request.headers.host}${base}${oid}`, header, expires_in: 600 } } };
  });
  answer(response, 200, { transfer: "basic", objects, hash_algo: "sha256" });
}

async function object(response: ServerResponse, gitDir: string, trouble: LfsTrouble | "", act: string): Promise<void> {
  const content = await readFile(join(gitDir, place(/^objects\/([0-9a-f]{64})$/.exec(act)?.[1] ?? "none")));
  if (trouble === "wrong") return void response.end(Buffer.alloc(content.length, "w"));
  if (trouble === "slow") return void response.writeHead(200, { "content-length": content.length }).write(content.subarray(0, 1));
  if (trouble !== "endless") return void response.end(content);
  const more = () => {
    while (!response.destroyed && response.write(Buffer.alloc(65_536))) continue;
  };
  response.on("drain", more);
  more();
}
