/** One unix socket of the agent; `login` owns it, null: whoever runs the agent. */
export type SocketConfig = { path: string; login: string | null };

/** What the command line says; everything else is in the store. */
export type AgentConfig = {
  dataDir: string;
  sockets: SocketConfig[];
  httpPort: number;
  httpAddress: string;
  /** Paths of our own parts. */
  caddy: string;
  buildx: string;
  dockerSocket: string;
  /** The systemd unit that runs Caddy; null: the agent starts it itself. */
  caddyUnit: string | null;
  /** Whether something brings the agent back after a reboot. */
  startsAtBoot: boolean;
  /** The way in for people with a role; absent where the agent is not root: it could not make their login. */
  people?: PeopleConfig;
};

export type PeopleConfig = {
  /** The login that all of them share. */
  login: string;
  /** Open to that login alone; its bridges say who comes. */
  socket: string;
  /** Where the program is put that carries a connection over stdin and stdout. */
  bridge: string;
};
