import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";

/** What opening the sealed file costs: Argon2id's passes, and bytes of memory. */
export type Limits = { operations: number; memory: number };

/** libsodium's "moderate": about a second, and 256 MB that go with the thread. */
export const MODERATE: Limits = { operations: 3, memory: 256 * 1024 ** 2 };

// In a thread of its own: it would stop every server of the app for that second, and WebAssembly never gives memory back.
const work = `
const { parentPort, workerData: { library, operations, memory, length } } = require("node:worker_threads");
parentPort.once("message", async ({ passphrase, salt }) => {
  const sodium = require(library);
  await sodium.ready;
  const key = sodium.crypto_pwhash(length, passphrase, salt, operations, memory, sodium.crypto_pwhash_ALG_ARGON2ID13);
  passphrase.fill(0);
  parentPort.postMessage(key);
});`;

/** The bytes that a passphrase stands for. */
export async function derive(passphrase: string, salt: Uint8Array, { operations, memory }: Limits, length: number): Promise<Uint8Array> {
  const library = createRequire(import.meta.url).resolve("libsodium-wrappers-sumo");
  const worker = new Worker(work, { eval: true, env: {}, workerData: { library, operations, memory, length } });
  try {
    return await new Promise<Uint8Array>((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
      worker.once("exit", (code) => reject(new Error(`The thread that derives a key ended with ${code}`)));
      // The same text in any way of writing its accents.
      worker.postMessage({ passphrase: new TextEncoder().encode(passphrase.normalize("NFC")), salt });
    });
  } finally {
    await worker.terminate();
  }
}
