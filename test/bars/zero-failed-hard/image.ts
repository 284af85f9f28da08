// The app of this bar as an image, in the machine's own engine or in another one.
import { join } from "node:path";
import { run } from "../../world/command.ts";
import { docker } from "../../world/docker.ts";
import { appFolder } from "../../world/apps/index.ts";
import { ensureImage } from "../../world/images/images.ts";
import type { BarContext } from "../frame.ts";
import { copyImage } from "../small-dockerd.ts";

/** Named after a registry that refuses at once: the copy is used. `socket`: of the other engine; null: the machine's own. */
export async function appImage({ cleanup }: Pick<BarContext, "cleanup">, socket: string | null): Promise<string> {
  const reference = `127.0.0.1:1/hard:${process.pid}`;
  const id = await docker(["create", await ensureImage("node:24-slim")]);
  try {
    for (const file of [join(import.meta.dirname, "app/server.mjs"), join(appFolder("node-http"), "websocket.mjs")]) await run(["docker", "cp", file, `${id}:/srv/`]);
    cleanup(() => docker(["rmi", "--force", reference]));
    await docker(["commit", "--change", `CMD ["node", "/srv/server.mjs"]`, id, reference]);
  } finally {
    await docker(["rm", id]);
  }
  if (socket !== null) await copyImage(socket, reference);
  return reference;
}
