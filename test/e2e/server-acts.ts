import type { Act } from "./act.ts";

/** Servers: added, refused, sorted, shared. */
export const serverActs: Act[] = [
  {
    name: "install what this machine lacks, and add it",
    run: async (hands) => {
      await hands.push(/^This machine/);
      await hands.push("Install");
      await hands.push("Add this machine");
      await hands.seeRole("heading", "No project yet");
    },
  },
  {
    name: "add a server over SSH, accept its host key and give its password",
    short: true,
    run: async (hands) => {
      await hands.press("a");
      await hands.fill("Address", "deploy@203.0.113.20:2222", "combobox");
      await hands.choose("Sign in with", "Password");
      await hands.fill(/^Name/, "fra-1");
      await hands.push("Add the server");
      await hands.push("Trust and connect");
      await hands.fill("Password", "secret");
      await hands.push(/^Remember it/, "checkbox");
      await hands.push("Sign in");
      await hands.push(/^Open fra-1/);
      await hands.seeRole("heading", "No project yet");
    },
  },
  {
    name: "refuse a host key and read why it failed",
    run: async (hands) => {
      await hands.press("a");
      await hands.fill("Address", "root@198.51.100.9", "combobox");
      await hands.push("Add the server");
      await hands.seeRole("dialog", /^Trust/);
      await hands.press("Escape");
      await hands.see("HOST_KEY_REFUSED");
      await hands.push("Hide");
    },
  },
  {
    name: "discard a server that never answered",
    run: async (hands) => {
      await hands.palette("Discard the server");
      await hands.push("Discard the server");
      await hands.unsee("dialog", /^Discard/);
    },
  },
  {
    name: "add a server that ~/.ssh/config knows",
    run: async (hands) => {
      await hands.press("a");
      await hands.fill("Address", "db-kn", "combobox");
      await hands.seeRole("option", /^db-known/);
      await hands.press("ArrowDown");
      await hands.press("Enter");
      await hands.see("From ~/.ssh/config: user root on known.example.com, port 2222.");
      await hands.push("Jump hosts and the program that connects");
      await hands.fill(/^Jump hosts/, "jump@bastion.example.com");
      await hands.push("Add the server");
      await hands.push(/^Open db-known/);
      await hands.seeRole("heading", "No project yet");
    },
  },
  {
    name: "read why a host key was refused, and forget the old one by its host's name",
    run: async (hands) => {
      await hands.press("a");
      await hands.fill("Address", "root@changed.example.com", "combobox");
      await hands.push("Add the server");
      await hands.see("changed.example.com shows another host key than before.");
      await hands.push(/^Forget the old key/);
      await hands.fill("Type changed.example.com to confirm", "changed.example.com");
      await hands.push("Forget the old key");
      await hands.push("Trust and connect");
      await hands.seeRole("button", /^changed\.example\.com · Ready/);
    },
  },
  {
    name: "uninstall the agent of a server, apps kept",
    run: async (hands) => {
      await hands.press("Alt+4");
      await hands.palette("Uninstall the agent");
      await hands.fill(/^Type/, "changed.example.com");
      await hands.press("Enter");
      await hands.see("Its apps go on without an agent.");
      await hands.push("Close");
    },
  },
  {
    name: "forget a server",
    run: async (hands) => {
      await hands.palette("Forget the server");
      await hands.push(/^Forget/);
      await hands.unsee("dialog", /^Forget/);
    },
  },
  {
    name: "switch between servers",
    run: async (hands) => {
      await hands.press("Alt+1");
      await hands.see("This machine");
      await hands.press("Alt+2");
      await hands.see("deploy@203.0.113.20:2222");
    },
  },
  {
    name: "change the sign-in of a server",
    run: async (hands) => {
      await hands.palette("Change the sign-in");
      await hands.fill("Address", "deploy@unknown.example.com", "combobox");
      await hands.push("Sign in and save");
      await hands.see("ADDRESS_UNKNOWN");
      await hands.fill("Address", "deploy@203.0.113.21:2222", "combobox");
      await hands.push("Sign in and save");
      await hands.unsee("dialog", /^Change the sign-in/);
      await hands.see("deploy@203.0.113.21:2222");
    },
  },
  {
    name: "rename a server",
    run: async (hands) => {
      await hands.palette("Rename the server");
      await hands.fill("Name", "frankfurt");
      await hands.press("Enter");
      await hands.seeRole("heading", "frankfurt");
    },
  },
  {
    name: "sort servers",
    run: async (hands) => {
      const tile = (place: number) => hands.page.getByRole("navigation", { name: "Servers" }).getByRole("button").nth(place);
      await hands.palette("Move the server up");
      await tile(0).filter({ hasText: "frankfurt" }).waitFor();
      await hands.press("Alt+1");
      await hands.seeRole("heading", "frankfurt");
      await hands.palette("Move the server down");
      await tile(1).filter({ hasText: "frankfurt" }).waitFor();
      await hands.press("Alt+2");
      await hands.seeRole("heading", "frankfurt");
    },
  },
  {
    name: "tag a server",
    run: async (hands) => {
      await hands.palette("Tags of the server");
      await hands.fill("Tags", "production, eu");
      await hands.press("Enter");
      await hands.unsee("dialog", /^Tags/);
      await hands.see("production");
    },
  },
  {
    name: "invite a person, change the role and revoke the access",
    run: async (hands) => {
      await hands.palette("Show people");
      await hands.push("Invite a person");
      await hands.fill("Name", "Noor Haddad");
      await hands.choose("Role", /^Deployer/);
      await hands.fill("Public key", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl noor@laptop");
      await hands.push("Invite");
      await hands.see(/Noor Haddad: the server .* is open to you as deployer/);
      await hands.push("Done");
      await hands.see("not yet here");
      await hands.push("Acts on Noor Haddad");
      await hands.press("ArrowDown", "Enter");
      await hands.choose("Role", /^Viewer/);
      await hands.push("Change the role");
      await hands.unsee("dialog", /^Change the role/);
      await hands.see("Viewer");
      await hands.push("Acts on Noor Haddad");
      await hands.seeRole("menuitem", /^Revoke/);
      await hands.page.locator('[role="menuitem"][data-highlighted]').waitFor();
      await hands.press("End");
      await hands.page.locator('[role="menuitem"][data-highlighted]', { hasText: "Revoke" }).waitFor();
      await hands.press("Enter");
      await hands.push("Revoke");
      await hands.seeRole("heading", "Nobody is invited");
      await hands.unsee("dialog", /^Revoke/);
      await hands.palette("Show projects");
    },
  },
  {
    name: "disconnect and connect again",
    run: async (hands) => {
      await hands.palette("Disconnect");
      await hands.push(/^(Reconnect now|Connect)$/);
      await hands.push("Trust and connect");
      await hands.fill("Password", "secret");
      await hands.press("Enter");
      await hands.seeRole("button", /^frankfurt · Ready/);
    },
  },
];
