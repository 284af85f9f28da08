import * as z from "zod";
import { SCRIPT } from "./preflight-script.ts";
import { readAnswer, yes } from "./standing.ts";
import type { Way } from "./way.ts";

const number = z.string().transform((word) => (/^\d+$/.test(word) ? Number(word) : null));

const answer = z.object({
  login: z.string(),
  /** password: sudo is there and wants one. terminal: it wants to be asked from a terminal. */
  root: z.enum(["yes", "no", "sudo", "password", "terminal"]),
  kernel: z.string(),
  arch: z.string(),
  os: z.string(),
  osLike: z.string(),
  osVersion: z.string(),
  osName: z.string(),
  codename: z.string(),
  systemd: yes,
  apt: yes,
  cores: number,
  memoryKilobytes: number,
  swapKilobytes: number,
  /** The daemon's version; empty where it is not installed. */
  docker: z.string(),
  dockerRuns: yes,
  /** Where it keeps images: overlay2, or containerd's own store. */
  dockerStore: z.string(),
  podman: yes,
  /** Whether Docker's own package archive answers; asked only where Docker is missing. */
  dockerArchive: yes,
  git: z.string(),
  nft: yes,
  ip: yes,
  /** libatomic, which Node for arm64 needs and no small system has. */
  atomic: yes,
  /** AppArmor is on and its parser missing: Docker would not start. */
  lacksApparmor: yes,
  libc: z.string(),
  freeKilobytes: number,
  freeDataKilobytes: number,
  freeInodes: number,
  noexec: yes,
  /** Who holds it: empty, "ours", or a program's name. */
  port80: z.string(),
  port443: z.string(),
  /** Seconds since 1970. */
  clock: number,
  /** What sshd says about forwarding for this login, where it may be asked. */
  sshd: z.string(),
  /** One that any login may open, to try forwarding with. */
  socket: z.string(),
  firewall: z.enum(["none", "ufw", "firewalld", "nftables"]),
  /** Ports 80 and 443 are admitted, the second for HTTP/3 too. */
  firewallOpen: yes,
  panels: z.string().transform((words) => words.split("/").filter(Boolean)),
  /** A Caddy that is not ours. */
  caddy: z.string(),
});

/**
 * What a server is and has. `asked`: this computer's clock in the middle of the question. `forwards`: what came of trying;
 * no rule of sshd tells it all (OpenSSH refuses sockets where AllowTcpForwarding is no, and a key may carry its own rules).
 */
export type Preflight = z.infer<typeof answer> & { asked: number; milliseconds: number; forwards: boolean | null };

/** Changes nothing on the server. As root it sees more: who holds a port, the firewall, sshd's rules. */
export async function preflight(way: Way, { login, from, root }: { login: string; from: string; root: "yes" | "no" | "sudo" | "password" }): Promise<Preflight> {
  const began = Date.now();
  const words = ["sh", "-s", "--", login, ...fromWords(from)];
  const { stdout, stderr } = root === "no" ? await way.run(words, { stdin: SCRIPT }) : await way.asRoot(words, { stdin: SCRIPT });
  const ended = Date.now();
  const read = readPreflight(stdout, way.address, stderr);
  return { ...read, login, root: root === "no" ? read.root : root, asked: (began + ended) / 2, milliseconds: ended - began, forwards: null };
}

export function readPreflight(stdout: string, address: string, stderr = ""): z.infer<typeof answer> {
  return readAnswer(answer, stdout, address, stderr);
}

/** "addr port addr port" of sshd, as the words of its Match rules. */
function fromWords(from: string): string[] {
  const [addr, , laddr, lport] = from.split(" ");
  return addr && laddr && lport && [addr, laddr].every((one) => /^[0-9A-Fa-f:.]+$/.test(one)) && /^\d+$/.test(lport) ? [`addr=${addr},laddr=${laddr},lport=${lport}`] : [];
}
