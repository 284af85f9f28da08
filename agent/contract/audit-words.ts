import { entryOf } from "./open.ts";

/** What each kind of line is called: "Deployed" with its subject "web in shop". A test holds that none is missing. */
export const auditWords: Record<string, { done: string; failed: string; doing?: string }> = {
  "projects.create": { done: "Created the project", failed: "Could not create the project" },
  "projects.rename": { done: "Renamed the project", failed: "Could not rename the project" },
  "projects.delete": { done: "Deleted the project", failed: "Could not delete the project", doing: "Deleting the project" },
  "environments.create": { done: "Created the environment", failed: "Could not create the environment" },
  "environments.rename": { done: "Renamed the environment", failed: "Could not rename the environment" },
  "environments.delete": { done: "Deleted the environment", failed: "Could not delete the environment", doing: "Deleting the environment" },
  "instance.change": { done: "Changed the settings of the server", failed: "Could not change the settings of the server" },
  "instance.cleanup": { done: "Cleaned up", failed: "Could not clean up", doing: "Cleaning up" },
  "instance.speed": { done: "Measured the way to the server", failed: "Could not measure the way to the server" },
  "services.download": { done: "Downloaded the log of", failed: "Could not download the log of" },
  "services.downloadFound": { done: "Downloaded lines found in the log of", failed: "Could not download lines found in the log of" },
  "services.create": { done: "Created", failed: "Could not create" },
  "services.update": { done: "Changed the settings of", failed: "Could not change the settings of" },
  "services.delete": { done: "Deleted", failed: "Could not delete", doing: "Deleting" },
  "services.stop": { done: "Stopped", failed: "Could not stop", doing: "Stopping" },
  "services.start": { done: "Started", failed: "Could not start", doing: "Starting" },
  "services.restart": { done: "Restarted", failed: "Could not restart", doing: "Restarting" },
  "variables.reveal": { done: "Revealed a variable of", failed: "Could not reveal a variable of" },
  "variables.change": { done: "Changed variables of", failed: "Could not change variables of" },
  "variables.upload": { done: "Was let to upload variables of", failed: "Could not upload variables of" },
  "variables.uploaded": { done: "Set variables from a file of", failed: "Could not set variables from a file of" },
  "staged.stage": { done: "Staged changes of", failed: "Could not stage changes of" },
  "staged.discard": { done: "Discarded staged changes of", failed: "Could not discard staged changes of" },
  "staged.deploy": { done: "Deployed staged changes of", failed: "Could not deploy staged changes of" },
  "volumes.rename": { done: "Renamed the volume", failed: "Could not rename the volume" },
  "volumes.restore": { done: "Staged the return of the volume", failed: "Could not stage the return of the volume" },
  "volumes.files": { done: "Looked at files of the volume", failed: "Could not look at files of the volume" },
  "volumes.download": { done: "Was let to download from the volume", failed: "Could not download from the volume" },
  "volumes.upload": { done: "Was let to upload to the volume", failed: "Could not upload to the volume" },
  "volumes.uploaded": { done: "Uploaded a file to the volume", failed: "Could not upload a file to the volume" },
  "volumes.copy": { done: "Copied the volume", failed: "Could not copy the volume", doing: "Copying the volume" },
  "volumes.empty": { done: "Removed for good the volume", failed: "Could not remove for good the volume", doing: "Removing for good the volume" },
  "deployments.download": { done: "Downloaded the log of a deployment of", failed: "Could not download the log of a deployment of" },
  "deployments.start": { done: "Deployed", failed: "Could not deploy", doing: "Deploying" },
  "deployments.cancel": { done: "Cancelled a deployment of", failed: "Could not cancel a deployment of" },
  "deployments.rollback": { done: "Rolled back", failed: "Could not roll back", doing: "Rolling back" },
  "deployments.pin": { done: "Pinned a release of", failed: "Could not pin a release of" },
  "deployments.unpin": { done: "Unpinned a release of", failed: "Could not unpin a release of" },
  "runs.start": { done: "Ran a command in", failed: "Could not run a command in", doing: "Running a command in" },
  "runs.download": { done: "Downloaded the log of a command in", failed: "Could not download the log of a command in" },
  "jobs.resume": { done: "Let a job go on of", failed: "Could not let a job go on of" },
  "jobs.cancelGroup": { done: "Cancelled the jobs of", failed: "Could not cancel the jobs of" },
  "jobs.cancel": { done: "Cancelled a job of", failed: "Could not cancel a job of" },
  "terminals.openServer": { done: "Opened a shell on the server", failed: "Could not open a shell on the server" },
  "terminals.openService": { done: "Opened a shell in", failed: "Could not open a shell in" },
  "terminals.close": { done: "Closed a shell", failed: "Could not close a shell" },
  "people.invite": { done: "Invited", failed: "Could not invite" },
  "people.changeRole": { done: "Changed the role of", failed: "Could not change the role of" },
  "people.revoke": { done: "Revoked the access of", failed: "Could not revoke the access of" },
  "doctor.fix": { done: "Mended", failed: "Could not mend" },
  "terminal.ended": { done: "A shell ended", failed: "A shell did not end" },
  "agent.started": { done: "The agent started", failed: "The agent did not start" },
  "agent.stopped": { done: "The agent stopped", failed: "The agent did not stop" },
  "agent.rekeyed": { done: "A new sealing key was made", failed: "No new sealing key was made" },
  "agent.upgraded": { done: "The agent was upgraded", failed: "The agent was not upgraded" },
  "session.opened": { done: "Signed in", failed: "Was refused at sign-in" },
  "session.closed": { done: "Signed out", failed: "Lost the connection" },
};

/** Lines that no call makes: the agent writes them by itself. */
export const AUDIT_EVENTS = ["agent.started", "agent.stopped", "agent.upgraded", "agent.rekeyed", "session.opened", "session.closed", "terminal.ended", "variables.uploaded", "volumes.uploaded"] as const;
export type AuditEvent = (typeof AUDIT_EVENTS)[number];

/** A procedure that has no words yet is shown by its name, never hidden. */
export function wordsOf(procedure: string, outcome: string): string {
  const words = entryOf(auditWords, procedure);
  if (!words) return outcome === "ok" ? procedure : `${procedure} (${outcome})`;
  if (outcome === "ok") return words.done;
  if (outcome === "running") return words.doing ?? words.done;
  if (outcome === "failed") return words.failed;
  const begun = words.failed.replace(/^Could not/, "Began to");
  return outcome === "cancelled" ? begun : `${begun} (${outcome})`;
}
