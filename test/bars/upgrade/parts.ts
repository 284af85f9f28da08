// The same agent with other parts: what a person asks for when a security release is waiting, kept when it is good and undone when not.
import type { Server } from "../../world/server.ts";
import { until } from "../../world/wait.ts";
import type { BarContext } from "../frame.ts";
import type { Desk } from "../tunnel/desk.ts";
import { leftOfTrial, switches } from "./contents.ts";

const UNIT = "/etc/systemd/system/aeroplane-agent.service";
const PARTS = "/opt/aeroplane/parts";
const EARLIER = `${PARTS}/buildx-0.0.1-aaaaaaaaaaaa`;

/** As if the server had been given another buildx: a copy under another name, which the unit starts the agent with. */
const MAKE_EARLIER = `set -eu
own=$(grep -o '${PARTS}/buildx-[^/ ]*' ${UNIT} | head -n 1)
rm -rf ${EARLIER}; cp -a "$own" ${EARLIER}
sed -i "s#$own/#${EARLIER}/#" ${UNIT}
systemctl daemon-reload; systemctl restart aeroplane-agent
printf %s "$own"`;
const SPOIL = (own: string) => `set -eu; cp ${own}/docker-buildx ${own}.whole; printf '#!/bin/sh\\nexit 1\\n' > ${own}/docker-buildx`;
const MEND = (own: string) => `set -eu; cat ${own}.whole > ${own}/docker-buildx; rm ${own}.whole`;

export async function updateParts({ desktop }: Desk, server: Server, id: string, { short, say, signal }: BarContext): Promise<string[]> {
  const sh = (script: string) => server.exec(["sh", "-c", script]);
  const startsWith = async (folder: string) => (await sh(`grep -c '${folder}/docker-buildx' ${UNIT} || true`)).trim() === "1";
  const listed = () => desktop.servers.list().find((one) => one.id === id)!;
  /** Until the connection that was asked for has come to rest. */
  const upgrade = async () => {
    const begun = await switches(server);
    desktop.servers.upgrade(id);
    await until("the end of the switch", async () => (await switches(server)) > begun && listed().connection.state === "ready", { within: 300_000, signal });
  };
  const wrong: string[] = [];
  const own = (await sh(MAKE_EARLIER)).trim();

  // The gate gives it its whole minute.
  if (!short) {
    await sh(SPOIL(own));
    await upgrade();
    const { notice } = listed();
    say(`a buildx that does not run: ${notice?.message ?? "nothing is said"}`);
    if (notice?.code !== "PARTS_UNDONE" || !notice.message.startsWith("The update of buildx ")) wrong.push(`bad parts: ${notice?.message ?? "nothing is said"}`);
    if (!(await startsWith(EARLIER))) wrong.push("bad parts were kept");
    await sh(MEND(own));
  }

  await upgrade();
  if (listed().notice !== null) wrong.push(`good parts: ${listed().notice!.message}`);
  if (!(await startsWith(own))) wrong.push("good parts were not kept");
  wrong.push(...(await leftOfTrial(server)));

  const begun = await switches(server);
  const since = listed().hello?.startedAt;
  desktop.servers.upgrade(id);
  await until("the connection", async () => listed().connection.state === "ready", { within: 180_000, signal });
  if ((await switches(server)) !== begun || listed().hello?.startedAt !== since) wrong.push("asked for again, the agent was started anew for nothing");
  return wrong;
}
