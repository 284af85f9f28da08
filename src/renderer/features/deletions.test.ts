import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { desktopContract } from "../../contract/index.ts";
import { procedures } from "../../desktop/agent/procedures.ts";

/** What a person's click takes away for good, where that is named before it goes, and by which words of that file. */
const DESTROYS: Record<string, { what: string; file: string; says: string[] }> = {
  "agent.services.delete": { what: "containers, data in volumes, images, sites, routes, names, variables, deployments and logs", file: "features/services/delete-dialog.tsx", says: ["useServiceDeletion", "ConfirmDialog"] },
  "agent.environments.delete": { what: "each service with all of the above, shared variables, the network", file: "features/environments/dialogs.tsx", says: ["useEnvironmentDeletion", "ConfirmDialog"] },
  "agent.projects.delete": { what: "each environment with all of the above", file: "features/projects/dialogs.tsx", says: ["useProjectDeletion", "ConfirmDialog"] },
  "agent.services.stop": { what: "containers, and data in volumes of their image", file: "features/services/losses.tsx", says: ["loss.paths", "ConfirmDialog"] },
  "agent.services.start": { what: "as stop, where a container is replaced", file: "features/services/losses.tsx", says: ["loss.paths", "ConfirmDialog"] },
  "agent.services.restart": { what: "as stop", file: "features/services/losses.tsx", says: ["loss.paths", "ConfirmDialog"] },
  "agent.deployments.start": { what: "as stop, of the release before", file: "features/services/losses.tsx", says: ["loss.paths", "ConfirmDialog"] },
  "agent.deployments.rollback": { what: "as stop, of the release before", file: "features/services/losses.tsx", says: ["loss.paths", "ConfirmDialog"] },
  "agent.variables.change": { what: "a variable; a value that is replaced by typing", file: "features/variables/row.tsx", says: ["setAsked(\"remove\")", "`Remove ${variable.name}`"] },
  "agent.variables.upload": { what: "values that the file names", file: "features/variables/tab.tsx", says: ["that the file may replace", "ConfirmDialog"] },
  "transfers.uploadVariables": { what: "as variables.upload", file: "features/variables/tab.tsx", says: ["that the file may replace", "ConfirmDialog"] },
  "agent.staged.discard": { what: "edits that wait, everybody's; the value of a secret among them", file: "features/staged/discard-dialog.tsx", says: ["asked?.map(lineOf)", "ConfirmDialog"] },
  "agent.staged.deploy": { what: "as stop, of the releases before", file: "features/services/losses.tsx", says: ["loss.paths", "ConfirmDialog"] },
  "agent.volumes.empty": { what: "a volume in the trash with its data", file: "features/volumes/dialogs.tsx", says: ["held(volume)", "name={volume.name}", "ConfirmDialog"] },
  "agent.volumes.upload": { what: "a file of the same name", file: "features/volumes/files.tsx", says: ["is replaced", "ConfirmDialog"] },
  "transfers.uploadFile": { what: "as volumes.upload", file: "features/volumes/files.tsx", says: ["is replaced", "ConfirmDialog"] },
  "agent.people.revoke": { what: "a person's key and what they have open", file: "features/people/dialogs.tsx", says: ["person.fingerprint", "ConfirmDialog"] },
  "agent.doctor.fix": { what: "the build cache", file: "features/doctor/checks.tsx", says: ["fix.consequence"] },
  "agent.instance.cleanup": { what: "releases of the past, build cache, logs of containers that are gone", file: "features/storage/cleanup-dialog.tsx", says: ["What goes", "item.name", "danger-primary"] },
  "servers.remove": { what: "login, kept secrets, name, tags, what was last known of it", file: "features/servers/dialogs.tsx", says: ["loginOf(server)", "server.tags", "held.words", "ConfirmDialog"] },
  "servers.uninstall": { what: "the agent, and by choice every app with its data", file: "features/servers/uninstall-dialog.tsx", says: ["useServerDeletion", "held.words", "to confirm"] },
  "ssh.forgetHostKey": { what: "lines of known_hosts, with a copy beside it", file: "features/servers/host-key.tsx", says: ["The lines of ${address} in known_hosts", "ConfirmDialog"] },
  "secrets.useKeychain": { what: "the sealed file, once its secrets are elsewhere", file: "features/secrets/dialogs.tsx", says: ["knownSecrets()?.file?.path", "ConfirmDialog"] },
  "secrets.forgetAll": { what: "every kept secret, the sealed file and those put aside", file: "features/secrets/dialogs.tsx", says: ["file.entries", "ConfirmDialog"] },
};

/** Acts after which everything of a person's is still there, or was never more than a job's own half. */
const KEEPS = new Set(
  [
    "servers.add addLocal rename changeLogin connect disconnect upgrade setDoor reorder setTags wake measure",
    // An earlier sealed file is put aside, not deleted.
    "secrets.keepInFile unlock lock changePassphrase status",
    // A file that came in part, and a line of a list.
    "transfers.cancel dismiss downloadLog show",
    "prompts.answer",
    "local.install check",
    "streams.taken",
    "known.outcomes",
    "ssh.hosts resolve keys chooseKey",
    "app.info",
    // Acts for the audit trail and for the wire only.
    "agent.instance.speed",
    // What it replaces stands in the dialog until it is saved.
    "agent.instance.change",
    "agent.variables.reveal",
    // What it replaces is wanted and live until it is deployed.
    "agent.staged.stage",
    "agent.projects.create rename",
    "agent.environments.create rename",
    // What it replaces stands in the form until it is saved.
    "agent.services.create update download downloadFound",
    // What is staged, or lies in the trash, or is a copy, takes nothing away.
    "agent.volumes.rename restore copy files download",
    "transfers.downloadFile bring",
    // Everything that they made themselves goes; what served before serves on.
    "agent.deployments.cancel download pin unpin",
    // No volume of the service is mounted in it.
    "agent.runs.start download",
    "agent.jobs.cancel cancelGroup resume",
    "agent.terminals.openServer openService write resize taken close",
    "agent.people.invite changeRole",
  ].flatMap((line) => {
    const [first, ...others] = line.split(" ");
    return [first!, ...others.map((name) => `${first!.slice(0, first!.lastIndexOf("."))}.${name}`)];
  }),
);

test("every act of a person is known as one that takes something away, or as one that does not", () => {
  const asks = (path: string) => /\.(list|get|getMany|meters|watch|find|output|log|logs|hello|status|speed|deletion|reveal|check)$/.test(path);
  const all = procedures(desktopContract).map(({ path, mutates }) => ({ path: path.join("."), mutates }));
  const acts = all.filter(({ path, mutates }) => mutates || (!path.startsWith("agent.") && !asks(path))).map(({ path }) => path);
  expect(acts.filter((path) => !(path in DESTROYS) && !KEEPS.has(path))).toEqual([]);
  // One that stood here as well would be missed where it is taken out of the table.
  expect(Object.keys(DESTROYS).filter((path) => KEEPS.has(path))).toEqual([]);
  const known = new Set(all.map(({ path }) => path));
  expect([...Object.keys(DESTROYS), ...KEEPS].filter((path) => !known.has(path))).toEqual([]);
});

test("what is taken away is named before it goes", () => {
  const missing = Object.entries(DESTROYS).flatMap(([act, { file, says }]) => {
    const text = readFileSync(join(import.meta.dirname, "..", file), "utf8");
    return says.filter((words) => !text.includes(words)).map((words) => `${act}: ${file} does not have ${words}`);
  });
  expect(missing).toEqual([]);
});
