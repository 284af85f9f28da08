import { memo } from "react";
import type { Server } from "../../contract/index.ts";
import { ConnectionPage } from "../features/servers/connection-page.tsx";
import { TerminalPage } from "../features/terminal/page.tsx";
import { PeoplePage } from "../features/people/page.tsx";
import { ActivityPage } from "../features/activity/page.tsx";
import { ServerPage } from "../features/servers/server-page.tsx";
import { ProjectsPage } from "../features/projects/page.tsx";
import { ProjectPage } from "../features/services/page.tsx";
import { useLastState } from "../data/known.ts";
import { queries, keys } from "../data/queries.ts";
import { hasShell } from "../data/role.ts";
import { useView } from "./view.ts";

/** The chosen section of a server; a server that never answered yet shows how its connection stands. News of others do not draw it. */
export const ServerView = memo(({ server }: { server: Server }) => {
  const { section, projectId } = useView();
  const recalled = useLastState(server);
  const ready = server.connection.state === "ready";
  const known = queries.getQueryData(keys.projects(server.id)) !== undefined;
  if (section === "server") return <ServerPage server={server} />;
  if (section === "activity" && (ready || known)) return <ActivityPage server={server} />;
  if (section === "terminal" && (ready || known) && hasShell(server)) return <TerminalPage server={server} />;
  if (section === "people" && (ready || known)) return <PeoplePage server={server} />;
  // A moment, in which the last state may come.
  if (!ready && !known) return recalled ? <ConnectionPage server={server} /> : null;
  return projectId ? <ProjectPage key={projectId} server={server} projectId={projectId} /> : <ProjectsPage server={server} />;
});
