// The ways in which a server gets lost, each undone in one step so that the moment of its return is known.
import { docker } from "../../world/docker.ts";
import { run } from "../../world/command.ts";
import type { Server } from "../../world/server.ts";

/** All rules in one step. */
const rules = (action: "-I" | "-D") =>
  ["*filter", ...["INPUT -i", "OUTPUT -o", "FORWARD -i", "FORWARD -o"].map((where) => `${action} ${where} eth0 -j DROP`), "COMMIT", ""].join("\n");

/** From outside, so that the server needs no tool for it and cannot tell. */
async function inNamespace(server: Server, input: string): Promise<void> {
  const pid = await docker(["inspect", "--format", "{{.State.Pid}}", server.name]);
  await run(["nsenter", "--target", pid, "--net", "iptables-restore", "--noflush", "--wait"], { input });
}

/** Packets vanish without a word, both ways, from one moment to the next. */
export const cut = (server: Server): Promise<void> => inNamespace(server, rules("-I"));
export const mend = (server: Server): Promise<void> => inNamespace(server, rules("-D"));

/** The connections end with a word: their processes on the server are ended. */
export const closeConnections = (server: Server) => server.tryExec(["pkill", "--full", "sshd.*: root"]);

export async function killAgent(server: Server): Promise<void> {
  await server.exec(["systemctl", "kill", "--signal=KILL", "--kill-whom=main", "aeroplane-agent.service"]);
}

/**
 * What sshd said about connections that it dropped or made wait, and about those that it only counted: a cut in the middle
 * of a login counts one second, of fifteen that it takes to be refused.
 */
export async function sshdComplaints(server: Server): Promise<{ penalties: string[]; counted: string[]; unfinished: string[]; logins: number }> {
  const lines = (await server.exec(["journalctl", "--no-pager", "--output=cat", "--identifier=sshd", "--identifier=sshd-session"])).split("\n");
  return {
    penalties: lines.filter((line) => /active penalty|drop connection|not allowed at this time|MaxStartups/i.test(line)),
    counted: lines.filter((line) => /deferred penalty/i.test(line)),
    unfinished: lines.filter((line) => /\[preauth\]|before authentication/i.test(line)),
    logins: lines.filter((line) => /Accepted publickey/.test(line)).length,
  };
}

/** What sshd said since that moment of `performance.now()`, with the seconds between: where the time went. */
export async function sshdSaid(server: Server, since: number): Promise<string[]> {
  const moment = Date.now() - (performance.now() - since);
  const text = await server.exec(["journalctl", "--no-pager", "--output=short-unix", "--identifier=sshd", "--identifier=sshd-session", `--since=@${Math.floor(moment / 1000)}`]);
  const telling = (line: string) => /Connection|Accepted publickey|Timeout|penalt|session opened/.test(line) && !/connect to/.test(line);
  return text.split("\n").filter(telling).map((line) => {
    const [stamp = "", , ...words] = line.split(" ");
    return `+${(Number(stamp) - moment / 1000).toFixed(2)} s ${words.join(" ")}`;
  });
}
