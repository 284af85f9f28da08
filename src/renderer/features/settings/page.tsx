import { useQuery } from "@tanstack/react-query";
import { MonitorIcon, MoonIcon, SunIcon } from "lucide-react";
import { Bar } from "../../app/bar.tsx";
import { useView } from "../../app/view.ts";
import { problemOf } from "../../data/problem.ts";
import { client } from "../../link.ts";
import { classes, pageWidth } from "../../ui/classes.ts";
import { Segments } from "../../ui/choice.tsx";
import { ProblemNote } from "../../ui/note.tsx";
import { SecretsSection } from "../secrets/section.tsx";
import { Row, Section } from "./section.tsx";

/** What concerns this window and this computer, and no server. */
export function SettingsPage() {
  const theme = useView((view) => view.theme);
  const info = useQuery({ queryKey: ["info"], queryFn: ({ signal }) => client.app.info({}, { signal }) });
  return (
    <>
      <Bar path={[{ name: "Settings" }]} />
      <div tabIndex={0} role="region" aria-label="Settings" className="min-h-0 flex-1 overflow-y-auto [scrollbar-gutter:stable]">
        <div className={classes(pageWidth, "flex flex-col gap-5 p-5")}>
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
          <SecretsSection />
          {info.isError && <ProblemNote problem={problemOf(info.error)} onRetry={() => void info.refetch()} />}
          {info.data && (
            <Section title="This computer">
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
