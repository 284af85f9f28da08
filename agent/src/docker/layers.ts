import { ask, type Docker } from "./client.ts";
import { LABEL, ownerOf } from "./names.ts";

/** What a container has written over its image, in bytes. */
export type Layer = { container: string; serviceId: string; written: number; /** Of a command that is run once: no instance. */ once: boolean };

/** Of the instance's containers that run. Docker counts file by file: for when it matters. */
export async function writtenLayers(docker: Docker, instance: string): Promise<Layer[]> {
  const found = await ask(() => docker.listContainers({ size: true, filters: { label: [`${LABEL}.instance=${instance}`] } }));
  return found.flatMap(({ Id, Labels, ...sizes }) => {
    const { service: serviceId, once } = ownerOf(Labels) ?? {};
    const written = (sizes as { SizeRw?: number }).SizeRw ?? 0;
    return serviceId === undefined ? [] : [{ container: Id, serviceId, written, once: once !== undefined }];
  });
}

/** At once, without a signal that it could hear; one that has ended by itself is no failure. */
export async function killContainer(docker: Docker, id: string): Promise<void> {
  await ask(() => docker.getContainer(id).kill()).catch(() => {});
}
