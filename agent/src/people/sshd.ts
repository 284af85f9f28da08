import { existsSync } from "node:fs";
import { describe, type Problem } from "../../contract/index.ts";
import { run } from "../sandbox/index.ts";

const SSHD = "/usr/sbin/sshd";
const CONFIG = "/etc/ssh/sshd_config";
const AND_THEN = "then reload it: systemctl reload ssh";

/** What the SSH server of this host would do with the people's login; nothing where it cannot be asked. */
export async function sshdProblems(login: string): Promise<Problem[]> {
  if (!existsSync(SSHD)) return [];
  const argv: [string, ...string[]] = [SSHD, "-T", "-C", `user=${login},host=localhost,addr=127.0.0.1`];
  const asked = await run(argv, { cwd: "/", env: {}, account: null, seconds: 20 }).catch(() => null);
  return asked?.code === 0 ? readSshd(asked.stdout, login) : [];
}

export function readSshd(text: string, login: string): Problem[] {
  const settings = new Map<string, string[]>();
  for (const line of text.split("\n")) {
    const [name = "", ...values] = line.trim().split(/\s+/);
    settings.set(name.toLowerCase(), [...(settings.get(name.toLowerCase()) ?? []), ...values]);
  }
  const of = (name: string) => settings.get(name) ?? [];
  const names = (name: string) => of(name).some((pattern) => matches(pattern.split("@")[0]!, login));
  const problems: Problem[] = [];
  const keptOut = (why: string, fix: string) => problems.push(describe("PEOPLE_KEPT_OUT", { why, fix: `${fix} in ${CONFIG}, ${AND_THEN}.` }));

  for (const kind of ["users", "groups"]) {
    if (of(`allow${kind}`).length > 0 && !names(`allow${kind}`)) keptOut(`Allow${capital(kind)} does not name ${login}`, `Add ${login} to Allow${capital(kind)}`);
    if (names(`deny${kind}`)) keptOut(`Deny${capital(kind)} names ${login}`, `Take ${login} out of Deny${capital(kind)}`);
  }
  if (of("pubkeyauthentication").includes("no")) keptOut("it takes no public keys", "Set PubkeyAuthentication to yes");
  const files = of("authorizedkeysfile");
  if (files.length > 0 && !files.some((file) => /^(%h\/)?\.ssh\/authorized_keys$/.test(file))) {
    keptOut(`it reads keys from ${files.join(" ")}`, "Add .ssh/authorized_keys to AuthorizedKeysFile");
  }
  const forced = of("forcecommand").join(" ");
  if (forced !== "" && forced !== "none") keptOut(`ForceCommand runs ${forced.slice(0, 80)} for every login`, `Add "Match User ${login}" with ForceCommand none before it`);
  const methods = of("authenticationmethods");
  if (methods.length > 0 && !methods.includes("any") && !methods.includes("publickey")) {
    keptOut(`a key alone is not enough (AuthenticationMethods ${methods.join(" ")})`, `Add "Match User ${login}" with AuthenticationMethods publickey`);
  }
  if (of("acceptenv").some((pattern) => matches(pattern, "LD_PRELOAD"))) problems.push(describe("PEOPLE_SEND_VARIABLES", { config: CONFIG }));
  return problems;
}

const capital = (word: string) => word[0]!.toUpperCase() + word.slice(1);

/** sshd's patterns: * and ?. */
function matches(pattern: string, text: string): boolean {
  const expression = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*").replaceAll("?", ".");
  return new RegExp(`^${expression}$`).test(text);
}
