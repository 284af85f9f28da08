import type { Act } from "./acts.ts";

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
    await hands.see("2 variables set");
    await hands.seeRole("button", "Reveal FOUR");
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
