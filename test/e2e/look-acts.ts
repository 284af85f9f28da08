import { card, type Act } from "./act.ts";
import { keepTyping } from "./address-acts.ts";
import { downloadFound, downloadLog, uploadVariables } from "./transfer-acts.ts";

/** Looking into a service, and its variables. */
export const lookActs: Act[] = [
  {
    name: "filter the services",
    run: async (hands) => {
      await hands.press("Escape", "/");
      await hands.type("docs");
      await hands.unsee("button", card("web"));
      await hands.press("Escape", "Escape");
      await hands.seeRole("button", card("web"));
    },
  },
  { name: "open a service with the arrows", run: (hands) => hands.openCard("Services", card("web")) },
  {
    name: "open the site",
    run: async (hands) => {
      const [popup] = await Promise.all([hands.page.waitForEvent("popup"), hands.press("o")]);
      await popup.close();
    },
  },
  {
    name: "watch runtime logs, search them and copy what was found",
    run: async (hands) => {
      await hands.press("l");
      await hands.see("listening on 0.0.0.0:3000");
      await hands.fill(/^Search in/, "slow query");
      await hands.see("1 line");
      await hands.push("Copy the lines found");
      await hands.reach("textbox", /^Search in/);
      await hands.press("Escape", "Escape");
    },
  },
  downloadLog,
  downloadFound,
  {
    name: "open a terminal in its container, type, search, leave it and close it",
    run: async (hands) => {
      await hands.press("t");
      await hands.see(/^node@web/);
      await hands.type("hello");
      await hands.press("Enter");
      await hands.see("Hello from the shell");
      await hands.press("Control+Shift+F");
      await hands.type("Hello");
      await hands.press("Enter", "Escape", "Control+Shift+E");
      await hands.push("Close it and end what runs in it");
      await hands.see("No terminal is open");
    },
  },
  {
    name: "add a variable",
    short: true,
    run: async (hands) => {
      await hands.press("v");
      await hands.push("Add a variable");
      await hands.fill("Name", "GREETING");
      await hands.fill("Value", "hello");
      await hands.push("Add the variable");
      await hands.seeRole("button", "Reveal GREETING");
    },
  },
  keepTyping,
  {
    name: "reveal a variable",
    run: async (hands) => {
      await hands.push("Reveal GREETING");
      await hands.see("hello");
    },
  },
  {
    name: "edit a variable",
    run: async (hands) => {
      await hands.push("Edit GREETING");
      await hands.fill("Value", "goodbye");
      await hands.press("Enter");
      await hands.seeRole("button", /^(Reveal|Hide) GREETING/);
    },
  },
  {
    name: "refer to another variable by what is offered",
    run: async (hands) => {
      await hands.push("Add a variable");
      await hands.fill("Name", "WELCOME");
      await hands.reach("textbox", "Value");
      await hands.type("${{greet");
      await hands.seeRole("option", /^self\.GREETING/);
      await hands.press("Enter", "Enter");
      await hands.see("refers to self.GREETING");
    },
  },
  {
    name: "make a variable secret, and replace it",
    run: async (hands) => {
      await hands.push("Edit WELCOME");
      await hands.reach("checkbox", /^Secret/);
      await hands.press(" ");
      await hands.push("Save the variable");
      await hands.see("Staged: new secret");
      await hands.push("Edit WELCOME");
      // With nothing typed there is nothing to replace it by.
      await hands.push("Replace the value");
      await hands.see("Type the new value");
      await hands.fill("Value", "hello again");
      await hands.push("Replace the value");
      await hands.see("Secret");
    },
  },
  {
    name: "paste a .env",
    run: async (hands) => {
      await hands.push("Paste .env");
      await hands.fill("Lines of NAME=value", "ONE=1");
      await hands.press("Enter");
      await hands.type("TWO=2");
      await hands.push("Set 2 variables");
      await hands.seeRole("button", "Reveal TWO");
    },
  },
  uploadVariables,
  {
    name: "remove a variable",
    run: async (hands) => {
      await hands.push("Remove TWO");
      await hands.push("Remove");
      await hands.unsee("button", "Reveal TWO");
    },
  },
];
