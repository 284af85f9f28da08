import { commandOf, entryOf, errorSteps, type Act, type NextStep, type Problem } from "@aeroplane/agent/contract";
import { go, here, useView } from "../app/view.ts";
import { keys, queries } from "../data/queries.ts";
import { client } from "../link.ts";
import type { Context } from "./action.ts";
import { action } from "./index.ts";
import { perform } from "./perform.ts";
import { goToServer } from "./place.ts";

type Row =
  | { word: string; action: string; /** Where that one does not apply now. */ orElse?: string }
  | { word: string; when: (context: Context) => boolean; run: (context: Context) => void }
  /** The place where the error is shown has it. */
  | "own";

/** How each act that an error can name is done in this window, and what its button says. */
export const stepActs: Record<Act, Row> = {
  again: "own",
  "service.deploy": { word: "Deploy again", action: "service.deploy" },
  "service.settings": { word: "Open its settings", action: "service.settings" },
  "service.variables": { word: "Open its variables", action: "service.variables" },
  "service.deployments": { word: "Show its deployments", action: "service.deployments" },
  "service.logs": { word: "Show its logs", action: "service.logs" },
  "service.terminal": { word: "Open a terminal in it", action: "service.terminal" },
  "service.start": { word: "Start it", action: "service.start" },
  "environment.shared": { word: "Show shared variables", action: "environment.shared" },
  "environment.new": { word: "New environment", action: "environment.new" },
  "environment.delete": { word: "Delete this environment…", action: "environment.delete" },
  "project.delete": { word: "Delete the project…", action: "project.delete" },
  "projects.show": { word: "Show projects", action: "go.projects" },
  "jobs.show": { word: "Show jobs", when: ({ server }) => !!server, run: showJobs },
  "list.reload": {
    word: "Reload the list",
    when: ({ server }) => !!server,
    run: ({ server }) => server && void queries.invalidateQueries({ queryKey: keys.server(server.id) }),
  },
  "server.add": { word: "Add it anew", action: "server.add" },
  "server.connect": { word: "Connect again", action: "server.connect" },
  "server.prepare": {
    word: "Prepare it again",
    when: ({ server }) => !!server,
    // What is missing or old on a server is seen when it is connected to.
    run: ({ server }) => server && perform(`Prepare ${server.name}`, { server }, () => client.servers.disconnect({ id: server.id }).then(() => client.servers.connect({ id: server.id }))),
  },
  "server.upgrade": { word: "Try the upgrade again", action: "server.upgrade" },
  "server.bridge": { word: "Connect through the bridge", action: "server.bridge" },
  "server.forget-host-key": { word: "Forget the old host key…", action: "server.forget-host-key" },
  "server.uninstall": { word: "Uninstall again…", action: "server.uninstall" },
  "doctor.check": { word: "Check the server", action: "doctor.check" },
  "server.cleanup": { word: "Clean up…", action: "server.cleanup", orElse: "doctor.check" },
  "people.page": { word: "Show people", action: "people.page" },
  "secrets.unlock": { word: "Unlock the sealed file…", action: "secrets.unlock", orElse: "settings" },
  "secrets.unlock-keychain": { word: "Unlock the keychain", action: "secrets.unlock-keychain", orElse: "settings" },
  "secrets.keep-in-file": { word: "Keep secrets in a sealed file…", action: "secrets.keep-in-file", orElse: "settings" },
  "secrets.start-new": { word: "Start a new sealed file…", action: "secrets.start-new", orElse: "settings" },
};

/** A dialog would stand over it. */
function showJobs(context: Context) {
  goToServer(context);
  if (here().dialog) go.closeDialog();
  useView.setState({ jobsOpen: true });
}

export type Offer = { word: string; run: () => void } | { command: string; on: "server" | "computer" };

/** What can be pressed or copied about a problem, here and now; of a code that this window does not know, nothing. */
export function offersFor({ code, values }: Problem, context: Context, except: readonly Act[] = []): Offer[] {
  return (entryOf(errorSteps, code) ?? []).flatMap((step) => offer(step, values, context, except) ?? []);
}

function offer(step: NextStep, values: Problem["values"], context: Context, except: readonly Act[]): Offer | null {
  if ("command" in step) {
    const command = commandOf(step.command, values);
    return command === null ? null : { command, on: step.on };
  }
  if (!("act" in step) || except.includes(step.act)) return null;
  const row = stepActs[step.act];
  if (row === "own") return null;
  if ("run" in row) return row.when(context) ? { word: row.word, run: () => row.run(context) } : null;
  const chosen = [row.action, ...(row.orElse ? [row.orElse] : [])].map(action).find((each) => each.when(context));
  return chosen ? { word: chosen.id === row.action ? row.word : "Open the settings", run: () => chosen.run(context) } : null;
}
