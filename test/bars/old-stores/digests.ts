// Variables of an upgraded store: a service differs from its live release by them exactly where their values do.
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { dataPaths } from "../../../agent/src/config/paths.ts";
import { createSealer } from "../../../agent/src/secrets/sealer.ts";
import { findRelease, listServices, openStore } from "../../../agent/src/store/index.ts";
import { createCompletion, resolve, resolvedDigest } from "../../../agent/src/variables/index.ts";

/** Answers what is wrong, and of how many services the values were compared. */
export async function wrongDigests(folder: string): Promise<{ compared: number; wrong: string[] }> {
  const paths = dataPaths(folder);
  const db = openStore(paths.store);
  const wrong: string[] = [];
  let compared = 0;
  try {
    const sealer = createSealer(readFileSync(paths.key));
    await createCompletion({ db, sealer, trial: false })();
    for (const service of listServices(db)) {
      const release = service.liveReleaseId === null ? undefined : findRelease(db, service.liveReleaseId);
      if (release === undefined) continue;
      const [now, then] = [(await resolve({ db, sealer }, service, release.id)).values, release.variables === null ? {} : (JSON.parse(await sealer.open(release.variables)) as object)];
      const digest = resolvedDigest({ db, sealer }, service);
      if (digest === null || release.variablesDigest === null) wrong.push(`${service.name}: no digest`);
      else if ((digest === release.variablesDigest) !== isDeepStrictEqual(now, then)) wrong.push(`${service.name}: ${JSON.stringify(now)} and ${JSON.stringify(then)} are told ${digest === release.variablesDigest ? "the same" : "different"}`);
      compared += 1;
    }
  } finally {
    db.close();
  }
  return { compared, wrong };
}
