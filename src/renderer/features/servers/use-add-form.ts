import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Problem } from "@aeroplane/agent/contract";
import type { Auth, Hop, ServerLogin } from "../../../contract/index.ts";
import { hopText, parseAddress, parseHops } from "../../data/address.ts";
import { problemOf } from "../../data/problem.ts";
import { client } from "../../link.ts";

export type Method = Auth["type"];
type Target = Pick<ServerLogin, "user" | "address" | "port" | "alias">;

/** The form's fields, and what ~/.ssh/config makes of what was typed. */
export function useAddForm(added: (serverId: string) => void) {
  const [address, setAddress] = useState("");
  const [name, setName] = useState("");
  const [method, setMethod] = useState<Method>("auto");
  const [path, setPath] = useState("~/.ssh/id_ed25519");
  // Null: as the picked host has it.
  const [jumpText, setJumpText] = useState<string | null>(null);
  const [program, setProgram] = useState<ServerLogin["client"] | null>(null);
  const [tried, setTried] = useState(false);
  const [adding, setAdding] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  const hosts = useQuery({ queryKey: ["ssh", "hosts"], queryFn: ({ signal }) => client.ssh.hosts({}, { signal }), staleTime: 5000 });
  const alias = hosts.data?.hosts.find((host) => host.alias === address.trim())?.alias ?? null;
  const picked = useQuery({ queryKey: ["ssh", "host", alias], queryFn: ({ signal }) => client.ssh.resolve({ alias: alias! }, { signal }), enabled: alias !== null, staleTime: 5000, retry: false });
  const host = alias === null ? undefined : picked.data;
  const refusal = alias !== null && picked.error ? problemOf(picked.error) : null;

  const typed = parseAddress(address);
  const target: Target | { wrong: string } = host ? { user: host.user, address: host.address, port: host.port, alias } : alias !== null ? { wrong: "~/.ssh/config is being read" } : "wrong" in typed ? typed : { ...typed, alias: null };
  const jumpsShown = jumpText ?? host?.jumps.map(hopText).join(", ") ?? "";
  const jumps: Hop[] | { wrong: string } = parseHops(jumpsShown);
  const usable = hosts.data?.system.usable ?? false;
  const speaks: ServerLogin["client"] = program ?? (host && host.needs.length > 0 && usable ? "system" : "built-in");
  const wrong = {
    address: "wrong" in target ? target.wrong : null,
    path: method === "key" && !path.trim() ? "The path of a private key, such as ~/.ssh/id_ed25519" : null,
    jumps: "wrong" in jumps ? jumps.wrong : null,
  };

  /** Another address is another host: what was changed for the one before goes. */
  const changeAddress = (value: string) => {
    setAddress(value);
    setJumpText(null);
    setProgram(null);
  };

  async function submit(): Promise<void> {
    setTried(true);
    if ("wrong" in target || "wrong" in jumps || wrong.path || adding) return;
    setAdding(true);
    setProblem(null);
    const auth: Auth = method === "key" ? { type: "key", path: path.trim() } : { type: method };
    const called = name.trim() || (alias !== null ? alias.slice(0, 60) : "");
    try {
      added((await client.servers.add({ ...target, auth, jumps, client: speaks, ...(called ? { name: called } : {}) })).id);
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setAdding(false);
    }
  }

  /** A server that never worked is taken back, so that the corrected one does not stand beside it. */
  const edit = (serverId: string, then: () => void) => void client.servers.remove({ id: serverId }).finally(then);
  const retry = (serverId: string) => void client.servers.connect({ id: serverId });
  return {
    ...{ address, setAddress: changeAddress, name, setName, method, setMethod, path, setPath, jumps: jumpsShown, setJumps: setJumpText, speaks, setProgram },
    ...{ hosts: hosts.data, alias, host, refusal, target, wrong, tried, adding, problem, submit: () => void submit(), edit, retry },
  };
}
export type AddFormState = ReturnType<typeof useAddForm>;
