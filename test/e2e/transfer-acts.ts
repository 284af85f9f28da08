import { readFile } from "node:fs/promises";
import type { Act } from "./act.ts";
import { runs } from "./fixture/doctor.ts";

/** In the drawer of a service that runs, on its logs. */
export const downloadLog: Act = {
  name: "download a whole log",
  run: async (hands) => {
    await hands.press("l");
    const [download] = await Promise.all([hands.page.waitForEvent("download"), hands.push("Download the whole log")]);
    if (download.suggestedFilename() !== "service.log") throw new Error(`The file is called ${download.suggestedFilename()}`);
    await hands.see("service.log downloaded");
  },
};

/** In the same place: by its button, and by the palette. */
export const downloadFound: Act = {
  name: "download what was found in a log",
  run: async (hands) => {
    await hands.reach("button", "Download what was found");
    if ((await hands.page.locator(":focus").getAttribute("aria-disabled")) !== "true") throw new Error("It can be pushed though nothing is looked for");
    await hands.fill(/^Search in/, "slow query");
    await hands.see("1 line");
    for (const press of [() => hands.push("Download what was found"), () => hands.palette("Download what was found")]) {
      const [download] = await Promise.all([hands.page.waitForEvent("download"), press()]);
      const text = await readFile(await download.path(), "utf8");
      if (download.suggestedFilename() !== "service-found.log" || !/^\S+ .*slow query.*\n$/.test(text)) throw new Error(`${download.suggestedFilename()} has ${text}`);
    }
    await hands.reach("textbox", /^Search in/);
    await hands.press("Escape", "Escape");
  },
};

/** In its variables. */
export const uploadVariables: Act = {
  name: "upload a file of variables, and read why another one was not taken",
  run: async (hands) => {
    const choose = async (name: string, text: string) => {
      const [chooser] = await Promise.all([hands.page.waitForEvent("filechooser"), hands.push("Upload a file")]);
      await chooser.setFiles({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
    };
    await choose("bad.env", "NEW=1\nnot a line\n");
    await hands.see("Nothing of bad.env was taken");
    await choose("good.env", "# ours\nTHREE=3\nexport FOUR='4'\n");
    await hands.see("2 variables staged");
    await hands.see("FOUR");
    await hands.push(/^\d transfers?$/);
    await hands.push("Take bad.env off the list");
    await hands.unsee("button", "Take bad.env off the list");
    await hands.press("Escape");
  },
};

/** On the doctor's page. */
export const measureLink: Act = {
  name: "measure the way to the server",
  run: async (hands) => {
    await hands.push("Measure");
    await hands.see("94.4 Mbit/s");
    await hands.seeRole("button", "Measure again");
  },
};

/** On the doctor's page: a finding of this window, and the upgrade that mends it. */
export const updateParts: Act = {
  name: "read that a security release is waiting, and update the parts",
  run: async (hands) => {
    runs.node = "24.22.0";
    await hands.push("Check again");
    await hands.push(/^warning Node/);
    await hands.see(/^A security release of Node is waiting: 24\.22\.0 has a known fault, fixed in 24\.22\.1\./);
    await hands.push("Update the parts");
    // It is a new connection, and the fixture remembers nobody.
    await hands.push("Trust and connect");
    await hands.fill("Password", "secret");
    await hands.push("Sign in");
    await hands.push("Check again");
    await hands.see("All checks are fine");
  },
};
