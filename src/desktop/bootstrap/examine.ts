import { fail } from "@aeroplane/agent/contract";
import type { Transport } from "../ssh/transport.ts";
import { preflight, type Preflight } from "./preflight.ts";
import type { Standing } from "./standing.ts";
import { createWay, trySudo, type Root, type Way } from "./way.ts";

/** The sudo password with a reason for asking again, and what to call when it was right. */
export type AskSudo = (reason: string | null) => Promise<{ value: string; confirm(): Promise<void> }>;

type Options = { transport: Transport; address: string; signal?: AbortSignal; stands: Standing; askSudo: AskSudo };

const TRIES = 3;

/** Looks at the server with as much right as the login has, and answers how to act there as root. */
export async function examine(options: Options): Promise<{ found: Preflight; way: Way }> {
  const { found, way } = await look(options);
  return { found: { ...found, forwards: await forwards(options.transport, found) }, way };
}

async function forwards(transport: Transport, { socket }: Preflight): Promise<boolean | null> {
  if (!/^\/run\/[a-z/_-]+$/.test(socket)) return null;
  try {
    (await transport.openSocket(socket)).destroy();
    return true;
  } catch {
    return false;
  }
}

async function look({ transport, address, signal, stands, askSudo }: Options): Promise<{ found: Preflight; way: Way }> {
  const { login, from } = stands;
  const wayBy = (root: Root) => createWay({ transport, address, signal, root });
  const found = await preflight(wayBy({ by: "yes" }), { login, from, root: "no" });
  if (found.root === "no" || found.root === "terminal") return { found, way: wayBy({ by: "yes" }) };
  if (found.root !== "password") return { found, way: wayBy({ by: found.root === "sudo" ? "sudo" : "yes" }) };
  const password = await sudoPassword({ transport, address, signal, askSudo, login });
  const way = wayBy({ by: "password", password });
  return { found: await preflight(way, { login, from, root: "password" }), way };
}

/** Asked before anything else is done, and tried at once, so that a wrong one does no harm later. */
async function sudoPassword({ transport, address, signal, askSudo, login }: Omit<Options, "stands"> & { login: string }): Promise<string> {
  let reason: string | null = null;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const password = await askSudo(reason);
    const verdict = await trySudo(transport, password.value, signal);
    if (verdict === "terminal") throw fail("SUDO_NEEDS_TERMINAL", { address, login });
    if (verdict === "refused") throw fail("ROOT_NEEDED", { address, login });
    if (verdict === "right") {
      await password.confirm();
      return password.value;
    }
    reason = `sudo on ${address} did not take this password.`;
  }
  throw fail("SUDO_PASSWORD_REFUSED", { address, login });
}
