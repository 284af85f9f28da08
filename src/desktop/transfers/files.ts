import { open, rename, rm, stat } from "node:fs/promises";
import type { Sink, Source } from "@aeroplane/agent/lane";

/** A file that is there only when it is whole; until then what has come lies beside it. */
export async function fileSink(path: string): Promise<Sink & { keep(): Promise<void>; drop(): Promise<void> }> {
  const half = `${path}.part`;
  const file = await open(half, "w", 0o600);
  return {
    async write(chunk, at) {
      await file.write(chunk, 0, chunk.length, at);
    },
    async keep() {
      await file.sync();
      await file.close();
      await rename(half, path);
    },
    async drop() {
      await file.close().catch(() => {});
      await rm(half, { force: true });
    },
  };
}

export async function fileSource(path: string): Promise<Source & { size: number; close(): Promise<void> }> {
  const { size } = await stat(path);
  const file = await open(path, "r");
  return {
    size,
    async read(offset, most) {
      const chunk = Buffer.allocUnsafe(most);
      const { bytesRead } = await file.read(chunk, 0, most, offset);
      return chunk.subarray(0, bytesRead);
    },
    close: () => file.close(),
  };
}
