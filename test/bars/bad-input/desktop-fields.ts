// The same for what a window asks of the desktop itself; the agent's procedures are attacked on the agent.
import { createRouterClient } from "@orpc/server";
import { join } from "node:path";
import { desktopContract } from "../../../src/contract/index.ts";
import { createDesktop } from "../../../src/desktop/desktop.ts";
import { toWire } from "../../../src/desktop/rpc/errors.ts";
import type { Attack } from "./attack.ts";

const NO_ID = "01890a5d-ac96-774b-bcce-b302099a8057";

export async function desktopAttack(folder: string): Promise<
  Pick<Attack, "contract" | "call" | "input" | "accepted" | "skip"> & { close(): void }
> {
  const root = join(import.meta.dirname, "../../..");
  const desktop = await createDesktop({
    host: "web",
    version: "0.0.0",
    agentBundle: join(root, "agent/dist/agent.mjs"),
    resources: join(root, "resources"),
    folder,
    sealing: { operations: 1, memory: 64 * 1024 },
  });
  const client = createRouterClient(desktop.router, { context: {} }) as unknown as Record<string, unknown>;
  const call: Attack["call"] = async (procedure, input) => {
    const target = procedure.reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], client);
    try {
      return await (target as (given: unknown) => Promise<unknown>)(input);
    } catch (error) {
      throw toWire(error);
    }
  };
  const inputs: Record<string, unknown> = {
    "servers.add": { name: "server", user: "root", address: "127.0.0.1", port: 1, auth: { type: "key", path: "/nowhere/key" } },
    "ssh.resolve": { alias: "no-such-alias" },
    "ssh.forgetHostKey": { id: NO_ID, address: "127.0.0.1", typed: "127.0.0.1" },
    "servers.rename": { id: NO_ID, name: "server" },
    "servers.changeLogin": { id: NO_ID, user: "root", address: "127.0.0.1", port: 1, auth: { type: "key", path: "/nowhere/key" } },
    "servers.setDoor": { id: NO_ID, door: "bridge" },
    "servers.uninstall": { id: NO_ID, apps: "remove", confirm: "server" },
    "servers.reorder": { ids: [NO_ID] },
    "servers.setTags": { id: NO_ID, tags: ["tag"] },
    "known.find": { text: "web", limit: 10 },
    "secrets.keepInFile": { passphrase: "correct horse", replace: false },
    "secrets.unlock": { passphrase: "correct horse" },
    "secrets.changePassphrase": { current: "not the right one", next: "correct horse" },
    "prompts.answer": { id: "none", answer: { type: "dismiss" } },
    "transfers.downloadLog": { serverId: NO_ID, log: { type: "deployment", id: NO_ID } },
    "transfers.uploadVariables": { serverId: NO_ID, environmentId: NO_ID, serviceId: null, file: { name: "a.env", size: 4 } },
    "transfers.downloadFile": { serverId: NO_ID, volume: { id: NO_ID, environmentId: NO_ID }, path: "a/b" },
    "transfers.uploadFile": { serverId: NO_ID, volume: { id: NO_ID, environmentId: NO_ID }, path: "a/b", file: { name: "b", size: 4 } },
    "transfers.bring": { id: NO_ID, secret: "secret", at: 0, bytes: "AAAA" },
    "streams.taken": { stream: "00000000", taken: 0 },
  };
  return {
    contract: desktopContract,
    skip: ([first]) => first === "agent",
    call,
    input({ procedure, shape }) {
      const good = (inputs[procedure.join(".")] ?? { id: NO_ID }) as Record<string, unknown>;
      const chosen = shape[0];
      if (!chosen) return good;
      const of: Record<string, unknown> = {
        key: { type: "key", path: "/nowhere/key" },
        secret: { type: "secret", value: "x", remember: false },
        "host-key": { type: "host-key", accept: false },
        questions: { type: "questions", values: ["x"] },
        choices: { type: "choices", chosen: ["x"] },
        deployment: { type: "deployment", id: NO_ID },
        command: { type: "command", id: NO_ID },
        service: { type: "service", id: NO_ID, environmentId: NO_ID },
      };
      return { ...good, [chosen.at]: of[chosen.value] ?? { type: chosen.value } };
    },
    async accepted({ procedure }, text, _input, output) {
      if (procedure.join(".") !== "servers.add") return null;
      await desktop.servers.remove((output as { id: string }).id);
      return JSON.stringify(output).includes(JSON.stringify(text.trim()).slice(1, -1)) ? null : "accepted, but not as it was written";
    },
    close: desktop.close,
  };
}
