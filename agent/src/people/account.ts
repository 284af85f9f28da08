import { readdirSync, readFileSync, statSync } from "node:fs";
import { fail } from "../../contract/index.ts";
import { run, type Account } from "../sandbox/index.ts";

type Login = { name: string; uid: number; gid: number; home: string };

function logins(): Login[] {
  return readFileSync("/etc/passwd", "utf8").split("\n").filter(Boolean).map((line) => {
    const [name = "", , uid, gid, , home = ""] = line.split(":");
    return { name, uid: Number(uid), gid: Number(gid), home };
  });
}

const tool = (argv: [string, ...string[]]) => run(argv, { cwd: "/", env: {}, account: null, seconds: 60 });

/** The login of all people: no password, no files of its own, and a shell only because sshd runs the forced command by it. */
export async function ensureAccount(name: string, home: string): Promise<Account> {
  const present = logins().find((login) => login.name === name);
  if (present) return ours(present, home);
  const made = await tool([
    ...(["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", home, "--shell", "/bin/sh"] as [string, ...string[]]),
    // Not "locked": that would close the keys too where sshd does without PAM.
    ...["--password", "*", "--comment", "People of Aeroplane", name],
  ]);
  const found = logins().find((login) => login.name === name);
  if (found) return ours(found, home);
  const why = `the login ${name} could not be made`;
  throw fail("PEOPLE_UNAVAILABLE", { why, fix: "Look at the details for what useradd said, then try again." }, { detail: made.stderr });
}

function ours(login: Login, home: string): Account {
  if (login.home === home) return { uid: login.uid, gid: login.gid };
  const why = `its login ${login.name} was there before and belongs to somebody else`;
  throw fail("PEOPLE_UNAVAILABLE", { why, fix: `Give that login another name: usermod --login NEW ${login.name}` });
}

/** Ends whatever still runs for the login whose home this is, then removes it. Any other login is left alone. */
export async function removeAccount(home: string): Promise<void> {
  const login = logins().find((one) => one.home === home);
  if (!login) return;
  await tool(["loginctl", "terminate-user", login.name]).catch(() => {});
  for (const pid of processesOf(login.uid)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // already gone
    }
  }
  const gone = await tool(["userdel", "--force", login.name]);
  if (logins().some((one) => one.home === home)) throw new Error(`The login ${login.name} could not be removed: ${gone.stderr}`);
}

function processesOf(uid: number): number[] {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).filter((pid) => {
    try {
      return statSync(`/proc/${pid}`).uid === uid;
    } catch {
      return false;
    }
  }).map(Number);
}
