import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { Problem } from "@aeroplane/agent/contract";
import type { Auth, Hop, ServerLogin } from "../../../contract/index.ts";
import { hopText, parseAddress, parseHops } from "../../data/address.ts";
import { problemOf } from "../../data/problem.ts";
import { client } from "../../link.ts";

export type Method = Auth["type"];
type Target = Pick<ServerLogin, "user" | "address" | "port" | "alias">;

type Typed = { login: ServerLogin; /** Empty where none was typed. */ name: string };
type Options = {
  /** What it begins with: the sign-in that there is. */
  from?: ServerLogin;
  send: (typed: Typed, signal: AbortSignal) => Promise<unknown>;
};

/** The form for a new server. */
export function useAddForm(added: (serverId: string) => void) {
  const form = useSignInForm({
    async send({ login, name }) {
      const called = name || (login.alias ?? "").slice(0, 60);
      added((await client.servers.add({ ...login, ...(called ? { name: called } : {}) })).id);
    },
  });
  /** A server that never worked is taken back, so that the corrected one does not stand beside it. */
  const edit = (serverId: string, then: () => void) => void client.servers.remove({ id: serverId }).finally(then);
  const retry = (serverId: string) => void client.servers.connect({ id: serverId });
  return { ...form, edit, retry };
}

/** The fields of a sign-in, and what ~/.ssh/config makes of what was typed. */
export function useSignInForm({ from, send }: Options) {
  const [address, setAddress] = useState(from ? (from.alias ?? hopText(from)) : "");
  const [name, setName] = useState("");
  const [method, setMethod] = useState<Method>(from?.auth.type ?? "auto");
  const [path, setPath] = useState(from?.auth.type === "key" ? from.auth.path : "~/.ssh/id_ed25519");
  // Null: as the picked host has it.
  const [jumpText, setJumpText] = useState<string | null>(from ? from.jumps.map(hopText).join(", ") : null);
  const [program, setProgram] = useState<ServerLogin["client"] | null>(from?.client ?? null);
  const [door, setDoor] = useState<ServerLogin["door"]>(from?.door ?? "forwarding");
  const sending = useRef<AbortController>(null);
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

  /** Another address is another host: what was changed for the one before goes. One that is there may only have moved. */
  const changeAddress = (value: string) => {
    setAddress(value);
    if (from) return;
    setJumpText(null);
    setProgram(null);
  };

  async function submit(): Promise<void> {
    setTried(true);
    if ("wrong" in target || "wrong" in jumps || wrong.path || adding) return;
    setAdding(true);
    setProblem(null);
    const auth: Auth = method === "key" ? { type: "key", path: path.trim() } : { type: method };
    sending.current = new AbortController();
    try {
      await send({ login: { ...target, auth, jumps, client: speaks, door }, name: name.trim() }, sending.current.signal);
    } catch (error) {
      if (!sending.current.signal.aborted) setProblem(problemOf(error));
    } finally {
      setAdding(false);
    }
  }

  /** Who leaves does not want it any more. */
  const stop = () => sending.current?.abort();
  return {
    ...{ address, setAddress: changeAddress, name, setName, method, setMethod, path, setPath, jumps: jumpsShown, setJumps: setJumpText, speaks, setProgram, door, setDoor },
    ...{ hosts: hosts.data, alias, host, refusal, target, wrong, tried, adding, problem, submit: () => void submit(), stop },
  };
}
export type SignInState = ReturnType<typeof useSignInForm>;
