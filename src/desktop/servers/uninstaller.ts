import { fail, toProblem } from "@aeroplane/agent/contract";
import type { Server, UninstallBatch } from "../../contract/index.ts";
import { uninstall } from "../bootstrap/uninstall.ts";
import { createLive } from "../live/live.ts";
import type { Prompts } from "../prompts/prompts.ts";
import type { Ask } from "../ssh/question.ts";
import type { OpenWay } from "./session.ts";

type Deps = {
  way: OpenWay;
  prompts: Prompts;
  find: (id: string) => Server;
  /** Keeps the server's link from putting the agent back. */
  leave: (id: string) => void;
  /** What was known of its agent is no longer true. */
  forgetAgent: (id: string) => Promise<void>;
};

/** One uninstallation of a server at a time: a second window watches the first one's. */
export function createUninstaller({ way, prompts, find, leave, forgetAgent }: Deps) {
  const running = new Map<string, ReturnType<typeof begin>>();

  /** Leaving does not stop it: half of an uninstallation is worth less than none. */
  async function* run({ id, apps, confirm }: { id: string; apps: "keep" | "remove"; confirm: string }, signal?: AbortSignal): AsyncGenerator<UninstallBatch> {
    const server = find(id);
    if (confirm !== server.name) throw fail("CONFIRMATION_MISMATCH", { typed: confirm, name: server.name });
    const state = running.get(id) ?? begin(server, apps);
    running.set(id, state);
    for await (const now of state.watch(signal)) {
      yield now;
      if (now.ended) return;
    }
  }

  function begin(server: Server, apps: "keep" | "remove") {
    const state = createLive<UninstallBatch>({ steps: [], ended: false, problem: null });
    leave(server.id);
    act(server, apps, (steps) => state.update((now) => ({ ...now, steps })))
      .then(() => null, toProblem)
      .then((problem) => {
        running.delete(server.id);
        state.update((now) => ({ ...now, ended: true, problem }));
      });
    return state;
  }

  async function act(server: Server, apps: "keep" | "remove", report: (steps: UninstallBatch["steps"]) => void): Promise<void> {
    const ask: Ask = (question) => prompts.ask({ ...question, serverId: server.id });
    const { transport, askSudo } = await way(server, { ask });
    try {
      await uninstall({ transport, address: server.login?.address ?? "this machine", apps, askSudo, report });
    } finally {
      transport.close();
    }
    await forgetAgent(server.id);
  }

  return {
    run,
    /** Before whatever would put back what is being taken away, or forget where it is. */
    refuse(id: string): void {
      if (running.has(id)) throw fail("BUSY", { what: find(id).name, job: "uninstallation" });
    },
  };
}
