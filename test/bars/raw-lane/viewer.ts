import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createAgentClient, type AgentClient } from "../../../src/desktop/agent/client.ts";
import { NODE_WORDS } from "../../../src/desktop/bootstrap/node-words.ts";
import { openSocket } from "../../../src/desktop/local/transport.ts";
import type { BarContext } from "../frame.ts";

export type ViewerAgent = { child: ChildProcess; socket: string; viewer: AgentClient; owner: AgentClient; expire(ticketId: string): Promise<void> };

/** An agent as servers get it, with the doors of a viewer and of an owner. */
export async function startViewerAgent({ cleanup }: Pick<BarContext, "cleanup">, bundle: string): Promise<ViewerAgent> {
  const child = fork(bundle, [], { execArgv: [...NODE_WORDS] });
  const [sockets] = (await once(child, "message")) as [{ viewer: string; owner: string }];
  const [viewer, owner] = [createAgentClient(() => openSocket(sockets.viewer)), createAgentClient(() => openSocket(sockets.owner))];
  cleanup(() => {
    viewer.close();
    owner.close();
    child.kill();
  });
  return {
    child,
    socket: sockets.viewer,
    viewer,
    owner,
    async expire(ticketId) {
      child.send(ticketId);
      await once(child, "message");
    },
  };
}
