/** The word of each page in an address, and what it shows; `alone`: also without a server. A new page is a row. */
export const pages = {
  projects: { section: "projects", alone: true },
  people: { section: "people" },
  activity: { section: "activity" },
  overview: { section: "server", serverTab: "overview" },
  doctor: { section: "server", serverTab: "doctor" },
  terminal: { section: "terminal" },
  settings: { section: "settings", alone: true },
} as const satisfies Record<string, { section: string; serverTab?: string; alone?: true }>;

type Row = (typeof pages)[keyof typeof pages];
export type Page = keyof typeof pages;
export type Section = Row["section"];
export type ServerTab = Extract<Row, { serverTab: string }>["serverTab"];

export const projectTabs = ["services", "shared", "volumes"] as const;
export type ProjectTab = (typeof projectTabs)[number];

export const tabs = ["deployments", "variables", "logs", "terminal", "volumes", "settings"] as const;
export type Tab = (typeof tabs)[number];

export const isPage = (text: unknown): text is Page => typeof text === "string" && Object.hasOwn(pages, text);
export const isTab = (text: unknown): text is Tab => (tabs as readonly unknown[]).includes(text);
export const isProjectTab = (text: unknown): text is ProjectTab => (projectTabs as readonly unknown[]).includes(text);

export function pageOf({ section, serverTab }: { section: Section; serverTab: ServerTab }): Page {
  const rows = Object.entries(pages) as [Page, { section: string; serverTab?: string }][];
  return rows.find(([, row]) => row.section === section && (row.serverTab ?? serverTab) === serverTab)?.[0] ?? "projects";
}
