import { useQuery } from "@tanstack/react-query";
import { MonitorIcon, MoonIcon, SunIcon } from "lucide-react";
import type { ReactNode } from "react";
import { Bar } from "../../app/bar.tsx";
import { useView } from "../../app/view.ts";
import { problemOf } from "../../data/problem.ts";
import { client } from "../../link.ts";
import { Segments } from "../../ui/choice.tsx";
import { ProblemNote } from "../../ui/note.tsx";

/** What concerns this window and this computer, and no server. */
export function SettingsPage() {
  const theme = useView((view) => view.theme);
  const info = useQuery({ queryKey: ["info"], queryFn: ({ signal }) => client.app.info({}, { signal }) });
  return (
    <>
      <Bar path={[{ name: "Settings" }]} />
      <div tabIndex={0} role="region" aria-label="Settings" className="min-h-0 flex-1 overflow-y-auto focus-visible:-outline-offset-2">
        <div className="mx-auto flex max-w-[760px] flex-col gap-5 p-5">
          <Section title="Appearance">
            <Row name="Theme">
              <Segments
                label="Theme"
                value={theme}
                onChange={(next) => useView.setState({ theme: next })}
                items={[
                  { value: "system", label: "System", icon: MonitorIcon },
                  { value: "light", label: "Light", icon: SunIcon },
                  { value: "dark", label: "Dark", icon: MoonIcon },
                ]}
              />
            </Row>
          </Section>
          {info.isError && <ProblemNote problem={problemOf(info.error)} onRetry={() => void info.refetch()} />}
          {info.data && (
            <Section title="This computer">
              <Row name="Passwords and passphrases">{info.data.secretStore.words}</Row>
              <Row name="Settings folder">
                <span className="font-mono text-xs">{info.data.configFolder}</span>
              </Row>
              <Row name="Version">{`Aeroplane ${info.data.version}${info.data.host === "web" ? " · in a browser" : ""}`}</Row>
            </Section>
          )}
        </div>
      </div>
    </>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h3 className="mb-2 text-xs font-medium text-text-2">{title}</h3>
      <div className="divide-y divide-line rounded-lg border border-line bg-surface shadow-card">{children}</div>
    </section>
  );
}

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex min-h-11 items-center gap-4 px-4 py-2">
      <span className="w-44 shrink-0 text-text-2">{name}</span>
      <div className="min-w-0 [overflow-wrap:anywhere]">{children}</div>
    </div>
  );
}
