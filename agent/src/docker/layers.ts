import { ask, statusOf, type Docker } from "./client.ts";
import { LABEL, ownerOf } from "./names.ts";

/** What a container has written over its image, in bytes. `running`: or about to be started again by Docker. */
export type Layer = { container: string; serviceId: string; written: number; running: boolean };

const ENDED = new Set(["created", "exited", "removing", "dead"]);

/** Of all the instance's containers: one that has ended holds its place as well. Docker counts file by file: for when it matters. */
export async function writtenLayers(docker: Docker, instance: string): Promise<Layer[]> {
  const found = await ask(() => docker.listContainers({ all: true, size: true, filters: { label: [`${LABEL}.instance=${instance}`] } }));
  return found.flatMap(({ Id, Labels, State, ...sizes }) => {
    const serviceId = ownerOf(Labels)?.service;
    const written = (sizes as { SizeRw?: number }).SizeRw ?? 0;
    return serviceId === undefined ? [] : [{ container: Id, serviceId, written, running: !ENDED.has(State) }];
  });
}

/** At once, without a signal that it could hear; Docker does not start it again. One that is gone or has ended by itself is no failure. */
export async function killContainer(docker: Docker, id: string): Promise<void> {
  try {
    await ask(() => docker.getContainer(id).kill());
  } catch (error) {
    if (statusOf(error) !== 404 && statusOf(error) !== 409) throw error;
  }
}
