// A person at the window: adds a server, presses Connect again, and answers what is asked.
import type { Connection } from "../../../src/contract/index.ts";
import type { Server } from "../../world/server.ts";
import type { Desk } from "../tunnel/desk.ts";

export type Place = { address: string; port: number };
export type Person = {
  id: string;
  /** The state in which the connection comes to rest. */
  settled: () => Promise<Connection>;
  press: () => void;
  connection: () => Connection;
};

/** One person sits at each desk. */
const answered = new WeakSet<Desk>();

/** Everything that may be chosen is chosen; what it was is said. */
export async function addServer(desk: Desk, server: Server, { signal, say, place, user = "root" }: { signal: AbortSignal; say: (line: string) => void; place?: Place; user?: "root" | "deploy" }): Promise<Person> {
  const { servers } = desk.desktop;
  if (!answered.has(desk)) void answerAll(desk, signal, say);
  answered.add(desk);
  const { id } = await servers.add({ user, ...(place ?? { address: server.address, port: 22 }), auth: { type: "key", path: server.privateKeyPath } });
  const connection = () => servers.list().find((one) => one.id === id)!.connection;
  return {
    id,
    connection,
    press: () => void servers.connect(id),
    async settled() {
      for await (const all of servers.watch(signal)) {
        const found = all.find((one) => one.id === id)!.connection;
        if (found.state === "ready" || found.state === "failed") return found;
      }
      throw signal.reason;
    },
  };
}

async function answerAll({ desktop }: Desk, signal: AbortSignal, say: (line: string) => void): Promise<void> {
  for await (const open of desktop.prompts.watch(signal)) {
    for (const prompt of open) {
      if (prompt.type === "choices") {
        say(`asked: ${prompt.options.map(({ label }) => label).join("; ")}`);
        desktop.prompts.answer(prompt.id, { type: "choices", chosen: prompt.options.filter(({ checked }) => checked).map((one) => one.id) });
      } else desktop.prompts.answer(prompt.id, prompt.type === "host-key" ? { type: "host-key", accept: true } : { type: "dismiss" });
    }
  }
}

/** "ready", or what failed in one line. */
export const told = (connection: Connection) => (connection.state === "failed" ? `${connection.problem.code}: ${connection.problem.message} ${connection.problem.detail ?? ""}` : connection.state);

/** How long each step took, for the log of a bar. */
export function watchSteps(desk: Desk, id: string, signal: AbortSignal, say: (line: string) => void): void {
  const seen = new Set<string>();
  void (async () => {
    for await (const servers of desk.desktop.servers.watch(signal)) {
      const connection = servers.find((one) => one.id === id)?.connection;
      if (connection?.state !== "installing") continue;
      for (const { label, state, milliseconds } of connection.steps) {
        if (state === "done" && !seen.has(label)) say(`  ${label}: ${((milliseconds ?? 0) / 1000).toFixed(1)} s`);
        if (state === "done") seen.add(label);
      }
    }
  })().catch(() => {});
}
