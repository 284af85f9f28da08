import { beforeEach, expect, test } from "vitest";
import { describe, Failure } from "@aeroplane/agent/contract";
import { agreeToLoss, askForLoss, dropLoss, useLosses } from "./loss.ts";

const refused = (...paths: string[]) => describe("VOLUME_DATA_WOULD_GO", { service: "web", paths });
const about = (act: (discard: string[]) => Promise<unknown> = async () => {}) => ({ service: "web", title: "Deploy web", word: "Delete data and deploy", act });
const asked = () => useLosses.getState().asked;

beforeEach(() => useLosses.setState({ asked: [] }));

test("a loss is asked for by the paths that the refusal names, also those with a comma in them, and other refusals are not", () => {
  expect(askForLoss(refused("/data", "/var/lib/a, b"), about())).toBe(true);
  expect(askForLoss(describe("NOTHING_DEPLOYED", { service: "web" }), about())).toBe(false);
  expect(asked().map(({ paths }) => paths)).toEqual([["/data", "/var/lib/a, b"]]);
});

test("the yes names what was shown, and what came to it meanwhile is shown before it is agreed to", async () => {
  const given: string[][] = [];
  const act = async (discard: string[]) => {
    given.push(discard);
    if (!discard.includes("/more")) throw new Failure(refused("/more"));
  };
  askForLoss(refused("/data"), about(act));
  await expect(agreeToLoss(asked()[0]!)).rejects.toThrow("/more");
  expect(asked()[0]?.paths).toEqual(["/data", "/more"]);
  await agreeToLoss(asked()[0]!);
  expect(given).toEqual([["/data"], ["/data", "/more"]]);
});

test("several wait for one another", () => {
  for (const path of ["/one", "/two"]) askForLoss(refused(path), about());
  dropLoss(asked()[0]!.id);
  expect(asked().map(({ paths }) => paths)).toEqual([["/two"]]);
});
