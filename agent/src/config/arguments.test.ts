import { expect, test } from "vitest";
import { readArguments } from "./arguments.ts";

test("serve with a socket per login", () => {
  const command = readArguments(
    "serve --data-dir /d --socket /r/root.sock:root --socket /r/ada.sock --owner ada --http-port 8080 --caddy /c --buildx /b".split(" "),
  );
  expect(command).toEqual({
    name: "serve",
    config: {
      dataDir: "/d",
      sockets: [
        { path: "/r/root.sock", login: "root" },
        { path: "/r/ada.sock", login: "ada" },
      ],
      httpPort: 8080,
      httpAddress: "0.0.0.0",
      caddy: "/c",
      buildx: "/b",
      dockerSocket: "/var/run/docker.sock",
      caddyUnit: null,
      startsAtBoot: false,
    },
    trialSeconds: null,
  });
});

test("what an upgrade asks for", () => {
  expect([
    readArguments("serve --data-dir /d --socket /s --trial 90".split(" ")),
    readArguments("gate --socket /r/root.sock:root --expect 1.2.3 --seconds 5".split(" ")),
    readArguments("commit --data-dir /d".split(" ")),
  ]).toMatchObject([{ trialSeconds: 90 }, { name: "gate", socket: "/r/root.sock", version: "1.2.3", seconds: 5 }, { name: "commit", dataDir: "/d", seconds: 30 }]);
});

test.each([
  [["serve", "--data-dir", "relative", "--socket", "/s"], "--data-dir must be an absolute path, not relative"],
  [["serve", "--data-dir", "/d"], "--socket is needed"],
  [["serve", "--data-dir", "/d", "--socket", "/s", "--http-port", "0"], "--http-port must be 1 to 65535, not 0"],
  [["serve", "--data-dir", "/d", "--socket", "/s", "--trial", "soon"], "--trial must be 1 to 3600, not soon"],
  [["gate", "--socket", "/s"], "--expect is needed"],
  [["gate", "--expect", "1"], "--socket must be an absolute path"],
  [["fly"], "Unknown command fly"],
])("%j is refused", (argv, sentence) => {
  expect(() => readArguments(argv)).toThrow(sentence);
});
