import { open } from "node:fs/promises";
import type { Arch } from "./manifest.ts";

const MACHINES: Record<number, Arch> = { 0x3e: "x64", 0xb7: "arm64" };

/** For which processor a program is made, by its header; null for anything that is no 64-bit Linux program. */
export async function programArch(path: string): Promise<Arch | null> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(20), 0, 20, 0);
    // \x7fELF, 64 bits, little endian; the machine stands at 18.
    if (bytesRead < 20 || buffer.toString("latin1", 0, 6) !== "\x7fELF\x02\x01") return null;
    return MACHINES[buffer.readUInt16LE(18)] ?? null;
  } finally {
    await file.close();
  }
}
