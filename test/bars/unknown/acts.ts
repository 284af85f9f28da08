import { describe } from "@aeroplane/agent/contract";
import type { Locator, Page } from "playwright-core";
import { idOf } from "../../e2e/fixture/ids.ts";
import type { Remembered } from "../../e2e/browser.ts";
import { stageAs } from "../../e2e/fixture/staged.ts";
import { until } from "../../world/wait.ts";
import type { StrangeDesk } from "./desk.ts";

/** Something that a person does with a strange agent, from a place of its own; fails unless it works or is refused in plain words. */
export type Act = {
  name: string;
  short?: boolean;
  at: Remembered;
  /** Procedures that refuse in words which nobody has heard of. */
  refusing?: string[];
  /** Places whose words are known this time: without them it could not happen. */
  knows?: string[];
  /** What the browser itself says of an answer that is a refusal. */
  noise?: RegExp;
  run: (page: Page, desk: StrangeDesk) => Promise<unknown>;
};

const [serverId, projectId] = [idOf("server", 1), idOf("project", 1, 1)];
const service = (number: number) => idOf("service", 1, 1, number);
const inProject: Remembered = { serverId, section: "projects", projectId, serviceId: null };
const drawer = (number: number, tab: NonNullable<Remembered["tab"]>): Remembered => ({ ...inProject, serviceId: service(number), tab });
const agentOf = ({ agents }: StrangeDesk) => agents.get(serverId)!;

const WITHIN = 120_000;
const seen = (found: Locator) => found.filter({ visible: true }).first().waitFor({ timeout: WITHIN });
const holds = (what: string, done: () => boolean) => until(what, async () => done(), { within: WITHIN, every: 50 });
/** In the words of the refusal, with its own next step. */
const refused = async (page: Page) => {
  await seen(page.getByText("The moon is in the way."));
  await seen(page.getByText(/Wait until it has passed\./));
};

const refusedAt = (name: string, procedure: string, at: Remembered): Act => ({ name: `${procedure} is refused: ${name}`, at, refusing: [procedure], run: refused });

export const acts: Act[] = [
  {
    name: "hear of services, their deployments and a job that changed",
    short: true,
    at: drawer(2, "deployments"),
    knows: ["changes.watch items [] entity"],
    async run(page, desk) {
      const agent = agentOf(desk);
      await seen(page.getByRole("list", { name: "Steps" }));
      const told = describe("IMAGE_HAS_VOLUMES", { reference: "moon:1", paths: ["/dust"] });
      for (const { id, lastDeployment } of [...agent.services.values()]) {
        agent.changeService(id, { hostname: `moved-${id}.example.com`, warnings: [told], lastDeployment: lastDeployment && { ...lastDeployment, problem: told, warnings: [told] } });
      }
      for (const id of [...agent.jobs.keys()]) agent.changeJob(id, { problem: told, warnings: [told] });
      await seen(page.getByText(`moved-${service(1)}.example.com`));
    },
  },
  {
    name: "deploy",
    short: true,
    at: drawer(1, "deployments"),
    async run(page, desk) {
      const of = () => agentOf(desk).newestFirst(service(1));
      const before = of().length;
      await seen(page.getByRole("list", { name: "Steps" }));
      await page.getByRole("complementary", { name: "web" }).getByRole("button", { name: "Deploy", exact: true }).click();
      await holds("another deployment", () => of().length === before + 1);
      await holds("its end", () => of()[0]!.endedAt !== null);
      await seen(page.getByRole("log", { name: "Build log" }));
    },
  },
  {
    name: "a deployment that is refused",
    short: true,
    at: drawer(1, "deployments"),
    refusing: ["deployments.start"],
    async run(page) {
      await seen(page.getByRole("list", { name: "Steps" }));
      await page.getByRole("complementary", { name: "web" }).getByRole("button", { name: "Deploy", exact: true }).click();
      await refused(page);
      await seen(page.getByText("OF_LATER"));
    },
  },
  {
    name: "read the logs",
    at: drawer(1, "deployments"),
    async run(page) {
      await page.getByRole("tab", { name: "Logs" }).click();
      await seen(page.getByRole("log", { name: "Logs" }).getByText("listening on").or(page.getByRole("log", { name: "Logs" }).getByText("GET /")));
    },
  },
  {
    name: "open a terminal",
    at: drawer(1, "terminal"),
    async run(page, desk) {
      const { terminals } = agentOf(desk);
      await seen(page.getByRole("tab", { name: /^Shell / }));
      const before = terminals.all.size;
      await page.getByRole("button", { name: "Open another terminal" }).click();
      await page.getByRole("menuitem", { name: /^Instance / }).first().click();
      await holds("another terminal", () => terminals.all.size === before + 1);
      await seen(page.locator(".xterm-screen"));
      if (await page.getByText(/^Reconnecting\. The shell/).count()) throw new Error("It is said to reconnect.");
    },
  },
  {
    name: "open a terminal on the server",
    at: { serverId, section: "terminal" },
    async run(page, desk) {
      const { terminals } = agentOf(desk);
      const before = terminals.all.size;
      await page.getByRole("button", { name: "Open a terminal" }).click();
      await holds("another terminal", () => terminals.all.size === before + 1);
      await seen(page.locator(".xterm-screen"));
    },
  },
  {
    name: "reveal a variable",
    at: drawer(1, "variables"),
    async run(page) {
      await page.getByRole("button", { name: /^Reveal / }).first().click();
      await seen(page.getByText(/^value-of-/));
    },
  },
  {
    name: "review what is staged and cannot be deployed",
    at: inProject,
    async run(page, desk) {
      stageAs(agentOf(desk), "ada", { environmentId: idOf("environment", 1, 1, 0), serviceId: service(2) }, [{ aspect: "variable", name: "URL", value: "${{nobody.URL}}" }]);
      await seen(page.getByText("7 changes staged"));
      await page.keyboard.press("r");
      await seen(page.getByRole("dialog").getByText("${{nobody.URL}}"));
      if (await page.getByRole("dialog").getByRole("button", { name: "Deploy" }).isEnabled()) throw new Error("It can be deployed.");
    },
  },
  {
    name: "switch the environment",
    at: inProject,
    async run(page) {
      await seen(page.getByRole("list", { name: "Services" }));
      await page.keyboard.press("e");
      await seen(page.getByRole("button", { name: "Environment staging" }));
    },
  },
  {
    name: "search on every server",
    short: true,
    at: inProject,
    async run(page) {
      await seen(page.getByRole("list", { name: "Services" }));
      await page.keyboard.press("Control+k");
      await page.keyboard.type("mailer");
      await seen(page.getByRole("option", { name: /mailer/ }));
      await page.keyboard.press("Enter");
      await seen(page.getByRole("complementary", { name: "mailer" }));
    },
  },
  {
    name: "rename a service whose source nobody knows, and leave its settings alone",
    at: drawer(3, "settings"),
    async run(page, desk) {
      const { config } = agentOf(desk).services.get(service(3))!;
      await seen(page.getByText(/This app does not know .* Update the app to change its settings/));
      if (await page.getByRole("region", { name: "Source" }).count()) throw new Error("The source can be typed over.");
      await page.getByRole("textbox", { name: /^Name/ }).fill("postman");
      await page.getByRole("button", { name: "Save", exact: true }).click();
      await holds("its new name", () => agentOf(desk).services.get(service(3))!.name === "postman");
      if (agentOf(desk).services.get(service(3))!.config !== config) throw new Error("Its settings were sent back.");
    },
  },
  {
    name: "a click of the doctor that nobody knows is off, and why",
    at: { serverId, section: "server", serverTab: "doctor" },
    async run(page) {
      await page.getByRole("button", { name: /Disk of/ }).first().click();
      await seen(page.getByText(/This app does not know how to ask for that/));
      if (await page.getByRole("button", { name: "Remove the build cache" }).isEnabled()) throw new Error("It can be clicked.");
    },
  },
  {
    name: "look at the jobs",
    at: inProject,
    async run(page) {
      await page.getByRole("button", { name: /jobs? runs?$/ }).click();
      await seen(page.getByRole("dialog", { name: "Jobs" }).getByText(/new-running-\d+/));
    },
  },
  {
    name: "download a log that the agent refuses",
    at: drawer(1, "logs"),
    noise: /Failed to load resource.*403/,
    async run(page) {
      await page.getByRole("button", { name: "Download the whole log" }).click();
      await seen(page.getByText("was not downloaded"));
      await refused(page);
    },
  },
  refusedAt("the projects", "projects.list", { serverId, section: "projects", projectId: null }),
  refusedAt("the services", "services.list", inProject),
  refusedAt("what is staged", "staged.list", inProject),
  refusedAt("the logs", "services.logs", drawer(1, "logs")),
  refusedAt("the variables", "variables.list", drawer(1, "variables")),
  refusedAt("the volumes", "volumes.list", drawer(2, "volumes")),
  refusedAt("the volumes of an environment", "volumes.list", { ...inProject, projectTab: "volumes" }),
  refusedAt("the log of a deployment", "deployments.log", drawer(1, "deployments")),
  refusedAt("the doctor", "doctor.check", { serverId, section: "server", serverTab: "doctor" }),
  refusedAt("the tools", "instance.status", { serverId, section: "server", serverTab: "overview" }),
  refusedAt("the activity", "audit.list", { serverId, section: "activity" }),
  refusedAt("the people", "people.list", { serverId, section: "people" }),
  refusedAt("a terminal that was left open", "terminals.output", drawer(1, "terminal")),
  {
    ...refusedAt("a new terminal", "terminals.openServer", { serverId, section: "terminal" }),
    async run(page) {
      await page.getByRole("button", { name: "Open a terminal" }).click();
      await refused(page);
    },
  },
];
