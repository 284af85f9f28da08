// One program's life: keeps two secrets, or reads what an earlier life kept.
import { createKeychain } from "../../src/desktop/keychain/keychain.ts";

const keychain = createKeychain();
const { kind, words } = await keychain.status();
if (process.argv[2] === "keep") {
  await keychain.remember("kept", "hunter2", { keep: true });
  await keychain.remember("session", "forgotten", { keep: false });
  process.stdout.write(`${JSON.stringify({ kind, words })}\n`);
} else {
  const [kept = null, session = null] = [await keychain.get("kept"), await keychain.get("session")];
  await keychain.forget("kept");
  process.stdout.write(`${JSON.stringify({ kind, kept, session })}\n`);
}
