import { expect, test } from "vitest";
import { addressOf } from "./address.ts";
import { linkTo } from "./link.ts";

test("a link leads to the page, and carries neither a dialog nor anything else of the window's own address", () => {
  const serverId = "0197a000-0000-7000-8000-000000000001";
  const address = addressOf({ serverId, section: "people", dialog: { type: "revoke-person", personId: serverId } });
  expect([linkTo(address, null), linkTo(address, "http://127.0.0.1:8080/")]).toEqual([
    `aeroplane://open/servers/${serverId}/people`,
    `http://127.0.0.1:8080/#/servers/${serverId}/people`,
  ]);
});
