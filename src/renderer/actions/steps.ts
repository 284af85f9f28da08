import { commandOf, entryOf, errorSteps, type Act, type NextStep, type Problem } from "@aeroplane/agent/contract";
import { go, here, useView } from "../app/view.ts";
import { keys, queries } from "../data/queries.ts";
import { client } from "../link.ts";
import type { Context } from "./action.ts";
import { action } from "./index.ts";
import { perform } from "./perform.ts";
import { goToServer } from "./place.ts";

type Row =
  | { word: string; action: string; /** Where that one does not apply now. */ orElse?: { word: string; action: string } }
  | { word: string; when: (context: Context) => boolean; run: (context: Context) => void }
  /** The place where the error is shown has it. */
  | "own";

const openSettings = { word: "Open the settings", action: "settings" };
const lookAtServer = { word: "Check the server", action: "doctor.check" };

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
  "doctor.check": lookAtServer,
  "server.cleanup": { word: "Clean up…", action: "server.cleanup", orElse: lookAtServer },
  "people.page": { word: "Show people", action: "people.page" },
  "secrets.unlock": { word: "Unlock the sealed file…", action: "secrets.unlock", orElse: openSettings },
  "secrets.unlock-keychain": { word: "Unlock the keychain", action: "secrets.unlock-keychain", orElse: openSettings },
  "secrets.keep-in-file": { word: "Keep secrets in a sealed file…", action: "secrets.keep-in-file", orElse: openSettings },
  "secrets.start-new": { word: "Start a new sealed file…", action: "secrets.start-new", orElse: openSettings },
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
  const offers = (entryOf(errorSteps, code) ?? []).flatMap((step) => offer(step, values, context, except) ?? []);
  // Where one stands in for another that does not apply, both may be the same.
  return offers.filter((one, at) => !("word" in one) || offers.findIndex((other) => "word" in other && other.word === one.word) === at);
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
  const chosen = [row, ...(row.orElse ? [row.orElse] : [])].find((each) => action(each.action).when(context));
  return chosen ? { word: chosen.word, run: () => action(chosen.action).run(context) } : null;
}
