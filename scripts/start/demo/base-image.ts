import { execFile, spawn } from "node:child_process";
import { promisify } from "node:util";
import { askDockerApi } from "./docker.ts";

const execute = promisify(execFile);

/** An image with nothing but our own Node and the libraries that it loads: no registry is asked for it. */
export async function makeBaseImage(node: string, tag: string): Promise<{ reference: string; remove(): Promise<void> }> {
  const repository = "aeroplane-demo/node";
  const reference = `${repository}:${tag}`;
  const { stdout } = await execute("ldd", [node]);
  const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].map((match) => match[1]!);
  const tar = spawn("tar", ["--create", "--dereference", "--hard-dereference", `--transform=s,^${node.slice(1)}$,usr/local/bin/node,`, "--owner=0", "--group=0", "--directory=/", "--file=-", ...[node, ...libraries].map((path) => path.slice(1))], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const made = await askDockerApi("POST", `/v1.41/images/create?fromSrc=-&repo=${encodeURIComponent(repository)}&tag=${tag}`, tar.stdout);
  if (made.status !== 200 || /"error"/.test(made.text)) throw new Error(`Docker did not take the base image: ${made.text.slice(0, 300)}`);
  return { reference, remove: async () => void (await askDockerApi("DELETE", `/v1.41/images/${encodeURIComponent(reference)}?force=true`)) };
}
