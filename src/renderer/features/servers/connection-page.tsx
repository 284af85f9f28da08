import { action } from "../../actions/index.ts";
import { readContext } from "../../actions/context.ts";
import { Bar } from "../../app/bar.tsx";
import type { Server } from "../../../contract/index.ts";
import { connectionWord, loginOf } from "../../data/servers.ts";
import { duration, useNow } from "../../data/time.ts";
import { Button } from "../../ui/button.tsx";
import { Empty } from "../../ui/note.tsx";
import { State } from "../../ui/state.tsx";
import { Failed } from "./failed.tsx";
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
        <Failed
          server={server}
          problem={connection.problem}
          onRetry={() => run("server.connect")}
          actions={<Button small kind="danger" onClick={() => run("server.forget")}>Forget the server</Button>}
        />
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
        <Empty title={`${server.name} does not answer`} act={<Button onClick={() => run("server.connect")}>Reconnect now</Button>}>
          The connection is not given up yet. Its services run on by themselves.
        </Empty>
      );
    case "reconnecting":
      return <Reconnecting server={server} nextAt={connection.nextAt} attempt={connection.attempt} />;
    default:
      return <Steps server={server} />;
  }
}

function Reconnecting({ server, nextAt, attempt }: { server: Server; nextAt: number; attempt: number }) {
  const seconds = Math.max(0, Math.ceil((nextAt - useNow()) / 1000));
  return (
    <Empty
      title={seconds > 0 ? `Connecting again in ${duration(seconds * 1000).replace(".0", "")}` : "Connecting again"}
      act={<Button onClick={() => action("server.connect").run(readContext({ server }))}>Reconnect now</Button>}
    >
      {`The connection to ${server.name} was lost; attempt ${attempt}. Its services run on by themselves.`}
    </Empty>
  );
}
