/** What the window has a button for; its own table says how each is done. */
export const ACTS = [
  "again",
  "service.deploy",
  "service.settings",
  "service.variables",
  "service.deployments",
  "service.logs",
  "service.terminal",
  "service.start",
  "environment.shared",
  "list.reload",
  "jobs.show",
  "projects.show",
  "project.delete",
  "environment.delete",
  "environment.new",
  "server.add",
  "server.connect",
  "server.prepare",
  "server.upgrade",
  "server.bridge",
  "server.forget-host-key",
  "server.uninstall",
  "doctor.check",
  "server.cleanup",
  "people.page",
  "secrets.unlock",
  "secrets.unlock-keychain",
  "secrets.keep-in-file",
  "secrets.start-new",
] as const;
export type Act = (typeof ACTS)[number];

/** Where there is nothing to press, this is why. */
export type Unpressed =
  /** The form that was refused stands open, with its own field and its own button. */
  | "form"
  /** It happens by itself, or nothing has to be done. */
  | "itself"
  /** Only a person can: somebody else, a console, another program on another computer. */
  | "person"
  /** What asked is a program, which reads the words. */
  | "program";

export type NextStep =
  /** A button. "again" is the place's own: the same act once more. */
  | { act: Act }
  /** To be run on the server, or on this computer where it says so; filled in like the words. */
  | { command: string; on: "server" | "computer" }
  /** Commands and mends of a check stand beside its problem already. */
  | { beside: "check" }
  | { nothing: Unpressed };

export const act = (name: Act): NextStep => ({ act: name });
export const onServer = (command: string): NextStep => ({ command, on: "server" });
export const onComputer = (command: string): NextStep => ({ command, on: "computer" });
export const nothing = (why: Unpressed): NextStep => ({ nothing: why });
export const beside: NextStep = { beside: "check" };
export const again = act("again");
