import { useQuery } from "@tanstack/react-query";
import type { SecretsState } from "../../contract/index.ts";
import { client } from "../link.ts";
import { queries } from "./queries.ts";

const key = ["secrets"];

/** Where secrets are kept; a keychain is locked and unlocked outside of this window, so it is looked at again. */
export const useSecrets = () =>
  useQuery({ queryKey: key, queryFn: ({ signal }) => client.secrets.status({}, { signal }), staleTime: 0, refetchInterval: 5000 });

/** As far as it was looked at. */
export const knownSecrets = () => queries.getQueryData<SecretsState>(key);

/** What an act answers is how things stand now. */
export async function settle(act: Promise<SecretsState>): Promise<void> {
  queries.setQueryData(key, await act);
}
