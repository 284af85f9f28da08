import type { Server } from "../../../contract/index.ts";
import { Bar } from "../../app/bar.tsx";
import { loginOf } from "../../data/servers.ts";
import { Refusal } from "../refusal.tsx";
import { StaleNote } from "../servers/stale.tsx";
import { TerminalPanel } from "./panel.tsx";

/** Shells on the server itself. */
export function TerminalPage({ server }: { server: Server }) {
  const who = server.login ? `as ${server.login.user}` : "as the login of this machine's agent";
  return (
    <>
      <Bar path={[{ name: "Terminal" }]} />
      <Refusal />
      {server.hello && <StaleNote server={server} />}
      <div role="region" aria-label={`Terminal of ${loginOf(server)}`} className="flex min-h-0 flex-1 flex-col p-5">
        <TerminalPanel server={server} serviceId={null} about={`A shell on ${server.name}, ${who}. It goes on for 10 minutes when this window is closed.`} />
      </div>
    </>
  );
}
