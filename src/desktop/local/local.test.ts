import { expect, test } from "vitest";
import { localPlaces } from "./places.ts";

const me = { systemd: true, env: {}, home: "/home/me", login: "me" };

test("root keeps to the system's folders and to systemd, others to their own", () => {
  const own = localPlaces({ ...me, root: false, env: { XDG_RUNTIME_DIR: "/run/user/1000" } });
  expect({ root: localPlaces({ ...me, root: true, login: "root" }), own, test: localPlaces({ ...me, root: true, env: { AEROPLANE_LOCAL_DIR: "/t", AEROPLANE_HTTP_PORT: "8123" } }) }).toEqual({
    root: {
      data: "/var/lib/aeroplane", parts: "/opt/aeroplane/parts", run: "/run/aeroplane", socket: "/run/aeroplane/root.sock",
      httpPort: 80, httpAddress: "0.0.0.0", unit: true,
    },
    own: {
      data: "/home/me/.local/share/aeroplane/data", parts: "/home/me/.local/share/aeroplane/parts", run: "/run/user/1000/aeroplane",
      socket: "/run/user/1000/aeroplane/agent.sock", httpPort: 8080, httpAddress: "0.0.0.0", unit: false,
    },
    test: { data: "/t/data", parts: "/t/parts", run: "/t/run", socket: "/t/run/agent.sock", httpPort: 8123, httpAddress: "0.0.0.0", unit: false },
  });
});
