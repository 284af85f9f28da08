import type { Terminal } from "../../contract/index.ts";
import type { Docker } from "../docker/client.ts";
import { listContainers } from "../docker/container.ts";
import { untilHeard } from "../docker/engine.ts";
import type { Holder, OnEnded, Terminals } from "./room.ts";
import type { Size } from "./shell.ts";
import type { OpenTerminal } from "./terminal.ts";

type Container = { serviceId: string; instance: number; container: string; service: string };

/** The room of terminals as the rest of the agent knows it: nothing of it is loaded before the first one is opened. */
export function createTerminalRoom({ docker, instanceId, onEnded }: { docker: Docker; instanceId: string; onEnded?: OnEnded }) {
  let loaded: Promise<{ code: typeof import("./index.ts"); terminals: Terminals }> | null = null;
  let opened: Terminals | null = null;
  const load = () =>
    (loaded ??= import("./index.ts").then((code) => {
      opened = code.createTerminals({ onEnded });
      return { code, terminals: opened };
    }));

  return {
    async openServer(holder: Holder, id: string, login: string | null, size: Size): Promise<Terminal> {
      const { code, terminals } = await load();
      return terminals.open(holder, { id, target: { type: "server" } }, () => code.openServerShell(login, size));
    },
    async openService(holder: Holder, id: string, { serviceId, instance, ...at }: Container, size: Size): Promise<Terminal> {
      const { code, terminals } = await load();
      return terminals.open(holder, { id, target: { type: "service", serviceId, instance } }, () => code.openContainerShell(docker, at, size));
    },
    list: (holder: Holder): Terminal[] => opened?.list(holder) ?? [],
    find: async (holder: Holder, id: string): Promise<OpenTerminal> => (await load()).terminals.find(holder, id),
    close: async (holder: Holder, id: string): Promise<void> => opened?.close(holder, id),
    /** Shells in containers that an agent left which was killed. */
    async sweep(): Promise<number> {
      const running = (await untilHeard(docker, () => listContainers(docker, instanceId))).filter(({ state }) => state === "running");
      if (running.length === 0) return 0;
      const { endLeftShells } = await import("./container-shell.ts");
      return endLeftShells(docker, running.map(({ id }) => id));
    },
    closeOf: (person: string): void => opened?.closeOf(person),
    closeAll: async (): Promise<void> => opened?.closeAll(),
  };
}
export type TerminalRoom = ReturnType<typeof createTerminalRoom>;
