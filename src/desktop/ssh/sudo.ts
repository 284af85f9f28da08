import { fail } from "@aeroplane/agent/contract";
import type { Auth } from "../../contract/index.ts";
import type { Keychain } from "../keychain/keychain.ts";
import type { Login } from "./failures.ts";
import { keeps, NeedsPerson, type Ask } from "./question.ts";

export type SudoPassword = {
  value: string;
  /** To be called once sudo has taken it: only then is it kept, beyond this session only where that was ticked. */
  confirm(): Promise<void>;
};

type Options = {
  account: string;
  login: Login & { auth: Auth };
  ask: Ask;
  keychain: Pick<Keychain, "get" | "remember" | "forget" | "status">;
  /** Why it is asked again, such as "sudo did not take this password"; null at the first time. */
  reason: string | null;
};

/** Where the sudo password of a server is kept, beside the one of its login. */
export const sudoAccount = (account: string) => `${account}:sudo`;

/** The sudo password: the kept one, else the one that signed in, else asked. With a reason always asked: the one before was wrong. */
export async function askSudo({ account, login, ask, keychain, reason }: Options): Promise<SudoPassword> {
  const own = sudoAccount(account);
  if (reason === null) {
    const kept = (await keychain.get(own)) ?? (login.auth.type === "password" ? await keychain.get(account) : undefined);
    // It stands where it was found.
    if (kept !== undefined) return { value: kept, confirm: async () => {} };
  } else {
    await keychain.forget(own);
  }
  if (!ask) throw new NeedsPerson();
  const canRemember = await keeps(keychain);
  const answer = await ask({ type: "secret", kind: "sudo", label: `Password of ${login.user}@${login.address} for sudo`, canRemember, reason });
  if (answer.type !== "secret") throw fail("CANCELLED", { what: `Preparing ${login.address}` });
  return { value: answer.value, confirm: () => keychain.remember(own, answer.value, { keep: answer.remember }) };
}
