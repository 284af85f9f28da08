import { action } from "../../actions/index.ts";
import { readContext } from "../../actions/context.ts";
import { Bar } from "../../app/bar.tsx";
import type { Connection, Server } from "../../../contract/index.ts";
import { connectionWord, isUnknown, loginOf } from "../../data/servers.ts";
import { age, useNow } from "../../data/time.ts";
import { Button } from "../../ui/button.tsx";
import { Empty, ProblemNote } from "../../ui/note.tsx";
import { State } from "../../ui/state.tsx";
import { Failed } from "./failed.tsx";
import { nextTry } from "./stale.tsx";
import { Steps } from "./steps.tsx";

/** A server that is not ready, and of which nothing is known yet. */
export function ConnectionPage({ server }: { server: Server }) {
  const { word, tone } = connectionWord(server.connection);
  return (
    <>
      <Bar path={[{ name: "Connection" }]} />
      <div className="flex min-h-0 flex-1 overflow-y-auto p-8">
        <section aria-label="Connection" className="mx-auto mt-[6vh] w-[560px] max-w-full">
          <div className="mb-4 flex items-center justify-between gap-4">
            <div className="min-w-0">
              <h2 title={server.name} className="truncate text-lg font-semibold">
                {server.name}
              </h2>
              <p title={loginOf(server)} className={server.login ? "truncate font-mono text-xs text-text-2" : "truncate text-xs text-text-2"}>{loginOf(server)}</p>
            </div>
            <State tone={tone}>{word}</State>
          </div>
          <Body server={server} />
        </section>
      </div>
    </>
  );
}

function Body({ server }: { server: Server }) {
  const run = (id: string) => action(id).run(readContext({ server }));
  const { connection } = server;
  switch (connection.state) {
    case "offline":
      return (
        <Empty title={`${server.name} is not connected`} act={<Button kind="primary" onClick={() => run("server.connect")}>Connect</Button>}>
          Its services run on by themselves.
        </Empty>
      );
    case "failed":
      return (
        <div className="flex flex-col gap-3.5">
          {connection.steps && <Steps server={server} />}
          <Failed
            server={server}
            problem={connection.problem}
            onRetry={() => run("server.connect")}
            actions={
              <>
                {server.login && <Button small onClick={() => run("server.sign-in")}>Change the sign-in</Button>}
                <Button small kind="danger" onClick={() => run("server.forget")}>{isUnknown(server) ? "Discard the server" : "Forget the server"}</Button>
              </>
            }
          />
        </div>
      );
    case "needs-you":
      // Without a prompt nobody was asked: the connection was tried while nobody looked.
      if (connection.promptId) return <Steps server={server} />;
      return (
        <Empty title={`Signing in to ${server.name} needs an answer`} act={<Button kind="primary" onClick={() => run("server.connect")}>Sign in</Button>}>
          It asks for a password, a passphrase or a look at the host key.
        </Empty>
      );
    case "silent":
      return (
        <Empty
          title={connection.away === "agent" ? `The agent on ${server.name} does not answer` : `${server.name} does not answer`}
          act={<Button onClick={() => run("server.connect")}>Reconnect now</Button>}
        >
          {connection.away === "agent"
            ? "The server itself answers and starts its agent again by itself. The services run on."
            : "The connection is not given up yet, and another one is tried. Its services run on by themselves."}
        </Empty>
      );
    case "reconnecting":
      return <Reconnecting server={server} connection={connection} />;
    default:
      return <Steps server={server} />;
  }
}

function Reconnecting({ server, connection }: { server: Server; connection: Extract<Connection, { state: "reconnecting" }> }) {
  const now = useNow();
  const { name, lastSeenAt } = server;
  const heard = lastSeenAt === null ? "" : ` It was last heard ${age(lastSeenAt, now) === "now" ? "just now" : `${age(lastSeenAt, now)} ago`}.`;
  return (
    <Empty
      title={nextTry(connection.nextAt, now)}
      act={
        <>
          <Button onClick={() => action("server.connect").run(readContext({ server }))}>Reconnect now</Button>
          {connection.problem && (
            <div className="mt-6 w-[560px] max-w-full text-left">
              <ProblemNote tone="warn" problem={connection.problem} own={["server.connect"]} />
            </div>
          )}
        </>
      }
    >
      <span className="tabular">{`${lastSeenAt === null ? `${name} could not be reached` : `The connection to ${name} was lost`}; attempt ${connection.attempt}.${heard} Its services run on by themselves.`}</span>
    </Empty>
  );
}
