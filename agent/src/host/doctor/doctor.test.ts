import { expect, test } from "vitest";
import { errorSteps } from "../../../contract/index.ts";
import { judgeFiles, judgeOwnFiles, judgeRights } from "./agent.ts";
import { judgeCache, readInspect } from "./builds.ts";
import { judgeCertificates } from "./certificates.ts";
import { judgeSkew, judgeSynchronised } from "./clock.ts";
import { judgeLiveRestore, judgeStore, judgeVersion, judgeVolumes } from "./docker.ts";
import { atLeast, percent, span } from "./figures.ts";
import { bad, ok, runLooks, type Finding, type Look } from "./look.ts";
import { judgeKills, judgeMemory, judgeSwap, readMeminfo } from "./memory.ts";
import { judgeConnections, judgeKernel, judgeNames } from "./network.ts";
import { listeners, type Holder } from "./ports.ts";
import { judgeDisk, judgeInodes, judgeMount } from "./storage.ts";
import { judgeForwarding, judgeLibc, judgePanels, judgeProcessor, judgeSystem, judgeUpdates } from "./system.ts";
import { judgeUnit, readUnit } from "./units.ts";
import { judgePart } from "./parts.ts";
import { judgeCaddy, judgeKept, judgePort, judgeSpare, type Whose } from "./web.ts";

const brief = (found: Finding | null) => found && [found.state, found.problem?.code ?? null, found.fix ?? null];
const GIB = 1024 ** 3;
const DAY = 24 * 3600 * 1000;

const look = (id: string, act: Look["look"]): Look => ({ id, group: "docker", title: `About ${id}`, look: act });

test("each look has a bound of its own: a hanging, a throwing and an absent one change nothing for the rest", async () => {
  const checks = await runLooks(
    [
      look("fine", () => ok("all right")),
      look("hangs", () => new Promise(() => {})),
      look("throws", () => Promise.reject(new Error("https://ada:hunter2@host/ is not there"))),
      look("absent", () => null),
      look("mendable", () => bad("fail", "PORT_SILENT", { port: 80 }, { fix: "caddy.ensure", commands: ["ss -ltn"] })),
    ],
    undefined,
    0.2,
  );
  expect(checks.map(({ id, state, problem, fix, commands }) => [id, state, problem?.code ?? null, fix?.label ?? null, commands])).toEqual([
    ["fine", "ok", null, null, []],
    ["hangs", "unknown", "CHECK_TIMED_OUT", null, []],
    ["throws", "unknown", "CHECK_FAILED", null, []],
    ["mendable", "fail", "PORT_SILENT", "Start Caddy", ["ss -ltn"]],
  ]);
  expect(checks[1]?.problem?.message).toBe("About hangs was not answered within 0.2 s.");
});

test("figures", () => {
  expect([percent(0, 10), percent(1, 1000), percent(999, 1000), percent(12, 100)]).toEqual(["0 %", "< 1 %", "> 99 %", "12 %"]);
  expect([span(40), span(125), span(7200), span(12 * 86_400)]).toEqual(["40 s", "2 min", "2 h", "12 d"]);
  expect([atLeast("20.10.24+dfsg1", "23.0"), atLeast("23.0.0", "23.0"), atLeast("v2.11.4", "2.8"), atLeast("0.9.1", "0.13")]).toEqual([false, true, true, false]);
});

test("Docker: versions, stores, live-restore", () => {
  expect(["19.03.5", "20.10.24+dfsg1", "28.5.2", null].map((version) => brief(judgeVersion(version)))).toEqual([
    ["fail", "DOCKER_OUTDATED", null],
    ["warn", "DOCKER_OUTDATED", null],
    ["ok", null, null],
    ["unknown", null, null],
  ]);
  const containerd = judgeStore({ Driver: "overlayfs", DriverStatus: [["driver-type", "io.containerd.snapshotter.v1"]] });
  const classic = judgeStore({ Driver: "overlay2", DriverStatus: [["Backing Filesystem", "extfs"], ["Supports d_type", "true"]] });
  expect([containerd.detail, classic.detail, brief(judgeStore({ Driver: "vfs" }))]).toEqual([
    "overlayfs · containerd image store",
    "overlay2 · graph driver (classic) · on extfs",
    ["warn", "DOCKER_STORE_SLOW", null],
  ]);
  expect([judgeLiveRestore({ LiveRestoreEnabled: true }), judgeLiveRestore({}), judgeLiveRestore({ Swarm: { LocalNodeState: "active" } })].map(brief)).toEqual([
    ["ok", null, null],
    ["warn", "DOCKER_NO_LIVE_RESTORE", null],
    ["warn", null, null],
  ]);
});

test("volumes that bear our labels and have no row are told", () => {
  const judged = (ids: string[] | null) => judgeVolumes(ids, (id) => id === "a", (id) => `volume-${id}`);
  expect([judged(["a"]), judged(null)].map(brief)).toEqual([["ok", null, null], ["unknown", null, null]]);
  expect([brief(judged(["a", "b"])), judged(["a", "b"]).problem?.lists]).toEqual([["warn", "VOLUMES_UNKNOWN", null], { volumes: ["volume-b"] }]);
});

test("BuildKit: what buildx says of it, old and new", () => {
  const now = "Name:   default\nDriver: docker\n\nNodes:\nName:             default\nEndpoint:         default\nStatus:           running\nBuildKit version: v0.25.2\nPlatforms:        linux/amd64, linux/386\n";
  const old = "Name:   default\nDriver: docker\n\nNodes:\nName:      default\nEndpoint:  default\nStatus:    running\nBuildkit:  20.10.24+dfsg1\n";
  const away = "Name:   default\nDriver: docker\nNodes:\nName:      default\nEndpoint:  default\nError:     Cannot connect to the Docker daemon at unix:///var/run/docker.sock.\n";
  expect([readInspect(now).version, readInspect(old).status, readInspect(away).error]).toEqual(["v0.25.2", "running", "Cannot connect to the Docker daemon at unix:///var/run/docker.sock."]);
});

test("the build cache counts without what images share", () => {
  const large = [{ Size: 20 * GIB }, { Size: 90 * GIB, Shared: true }];
  expect([brief(judgeCache(large, 80 * GIB)), judgeCache(large, 800 * GIB).detail, brief(judgeCache([], null))]).toEqual([
    ["warn", "BUILD_CACHE_LARGE", "builds.prune"],
    "20 GB in 1 record, 3 % of the disk",
    ["ok", null, null],
  ]);
});

test("disks, inodes and mounts", () => {
  const room = (free: number) => ({ path: "/data", free, total: 100 });
  expect([15, 14, 4].map((free) => brief(judgeDisk(room(free))))).toEqual([["ok", null, null], ["warn", "DISK_LOW", "builds.prune"], ["fail", "DISK_LOW", "builds.prune"]]);
  // What prunes takes images of others, and ours only by chance: the app's own cleanup is its next step.
  expect([judgeDisk(room(4)).commands, errorSteps.DISK_LOW[0]]).toEqual([["df -h /data", "docker system df"], { act: "server.cleanup" }]);
  expect([brief(judgeInodes(room(4))), brief(judgeInodes({ path: "/data", free: 0, total: 0 }))]).toEqual([["fail", "INODES_LOW", null], ["ok", null, null]]);
  const mounts = "22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n40 22 8:2 / /var/lib rw,noexec - xfs /dev/sdb rw\n41 40 8:3 / /var/lib/my\\040data ro - ext4 /dev/sdc ro\n";
  const places = ["/var/lib/aeroplane", "/var/lib/my data/x", "/srv", "/var/libx"];
  expect(places.map((path) => [judgeMount(path, mounts, "runs").problem?.code ?? "ok", judgeMount(path, mounts, "writes").problem?.code ?? "ok"])).toEqual([
    ["DATA_NO_EXEC", "ok"],
    ["ok", "DATA_READ_ONLY"],
    ["ok", "ok"],
    ["ok", "ok"],
  ]);
});

test("memory, swap and what the kernel ended", () => {
  const small = readMeminfo("MemTotal:        1000000 kB\nMemFree:          20000 kB\nMemAvailable:      60000 kB\nSwapTotal:             0 kB\nSwapFree:              0 kB\n");
  expect([brief(judgeMemory(small)), brief(judgeMemory({ ...small, available: 1024 })), brief(judgeSwap(small)), brief(judgeSwap({ ...small, swap: 1 }))]).toEqual([
    ["warn", "MEMORY_LOW", null],
    ["fail", "MEMORY_LOW", null],
    ["warn", "SWAP_MISSING", null],
    ["ok", null, null],
  ]);
  expect([judgeKills("pgfault 1\noom_kill 3\n").problem?.values, brief(judgeKills("oom_kill 0\n")), brief(judgeKills(null))]).toEqual([{ count: "3 programs" }, ["ok", null, null], ["unknown", null, null]]);
});

test("clocks: apart from the desktop's, and whether anything keeps them", () => {
  expect([2000, 40_000, -40_000, 900_000].map((skew) => [...brief(judgeSkew(skew, 0))!, judgeSkew(skew, 0).problem?.message])).toEqual([
    ["ok", null, null, undefined],
    ["warn", "CLOCK_SKEWED", "clock.sync", "The server's clock is 40 s ahead of this computer's."],
    ["warn", "CLOCK_SKEWED", "clock.sync", "The server's clock is 40 s behind of this computer's."],
    ["fail", "CLOCK_SKEWED", "clock.sync", "The server's clock is 15 min ahead of this computer's."],
  ]);
  const said = (ntp: string, can: string, done: string) => judgeSynchronised(`Timezone=Etc/UTC\nNTP=${ntp}\nCanNTP=${can}\nNTPSynchronized=${done}\n`);
  expect([said("yes", "yes", "yes"), said("no", "yes", "no"), said("yes", "yes", "no"), said("no", "no", "no")].map(brief)).toEqual([
    ["ok", null, null],
    ["warn", "CLOCK_UNSYNCHRONISED", "clock.sync"],
    ["warn", "CLOCK_UNSYNCHRONISED", null],
    ["warn", "CLOCK_UNSYNCHRONISED", null],
  ]);
});

test("certificates: the next to expire is named", () => {
  const now = Date.UTC(2026, 0, 1);
  const at = (name: string, days: number) => ({ name, expires: now + days * DAY });
  expect([judgeCertificates([], now), judgeCertificates([at("a", 60), at("b", 80)], now), judgeCertificates([at("a", 60), at("b", 9)], now), judgeCertificates([at("a", -2), at("b", 9)], now)].map((found) => [...brief(found)!, found.detail])).toEqual([
    ["ok", null, null, "none yet"],
    ["ok", null, null, "2 certificates · a expires in 60 d"],
    ["warn", "CERTIFICATE_EXPIRES", null, "2 certificates · b expires in 9 d"],
    ["fail", "CERTIFICATE_EXPIRED", null, "2 certificates\na expired 2 d ago\nb expires in 9 d"],
  ]);
});

test("units", () => {
  const said = (over: Partial<Record<string, string>>) => readUnit(Object.entries({ LoadState: "loaded", ActiveState: "active", SubState: "running", UnitFileState: "enabled", Result: "success", NRestarts: "0", ...over }).map(([key, value]) => `${key}=${value}`).join("\n"));
  const docker = { unit: "docker.service", title: "Docker", group: "docker" as const, fix: "docker.start" as const, optional: true };
  expect(
    [{}, { ActiveState: "failed", SubState: "failed", Result: "exit-code" }, { ActiveState: "inactive", SubState: "dead" }, { NRestarts: "7" }, { UnitFileState: "disabled" }, { LoadState: "not-found" }, { ActiveState: "activating", SubState: "auto-restart" }].map((over) => brief(judgeUnit(docker, said(over)))),
  ).toEqual([
    ["ok", null, null],
    ["fail", "UNIT_FAILED", "docker.start"],
    ["fail", "UNIT_FAILED", "docker.start"],
    ["warn", "UNIT_RESTARTS", null],
    ["warn", "UNIT_NOT_ENABLED", null],
    null,
    ["warn", null, null],
  ]);
  const socket = { unit: "aeroplane-http.socket", title: "Port", group: "web" as const, fix: "caddy.port" as const };
  expect([{ LoadState: "not-found" }, { ActiveState: "inactive", SubState: "dead" }, { UnitFileState: "disabled" }, {}].map((over) => brief(judgeUnit(socket, said(over))))).toEqual([
    ["fail", "UNIT_FAILED", "caddy.port"],
    ["fail", "UNIT_FAILED", "caddy.port"],
    ["warn", "UNIT_NOT_ENABLED", "caddy.port"],
    ["ok", null, null],
  ]);
});

test("private names and published ports: the table, and what lets them in", () => {
  const table = (stands: boolean, opens: boolean, networks = 1) => judgeNames({ name: "aeroplane_1", stands, opens }, networks);
  expect([judgeNames(null, 1), table(true, true), table(true, false), table(false, true), table(false, true, 0)].map(brief)).toEqual([
    ["ok", null, null],
    ["ok", null, null],
    ["fail", "PUBLISHED_PORTS_SHUT", "names.sync"],
    ["fail", "NAMES_TABLE_MISSING", "names.sync"],
    ["ok", null, null],
  ]);
});

test("ports: whose they are", () => {
  const table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n   0: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0\n   1: 0100007F:0050 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 20 4 30 10 -1\n";
  expect([listeners(table, 80), listeners(table, 443)]).toEqual([["4711"], []]);
  const [nginx, systemd, caddy] = [{ pid: 7, name: "nginx", argv: ["nginx"] }, { pid: 1, name: "systemd", argv: ["init"] }, { pid: 9, name: "caddy", argv: ["caddy"] }];
  const whose: Whose = (holder) => (holder?.pid === 1 ? "keeper" : holder?.pid === 9 ? "caddy" : "other");
  const port = (...holders: Holder[]) => judgePort(80, holders, whose);
  expect([port(), port(null), port(nginx), port(systemd, caddy), port(systemd), port(systemd, nginx), judgeSpare(443, [], whose), judgeSpare(443, [nginx], whose)].map(brief)).toEqual([
    ["fail", "PORT_SILENT", "caddy.ensure"],
    ["unknown", null, null],
    ["fail", "PORT_HELD", null],
    ["ok", null, null],
    ["unknown", null, null],
    ["fail", "PORT_HELD", null],
    ["ok", null, null],
    ["warn", "PORT_HELD", null],
  ]);
  expect([judgeKept(80, true), judgeKept(80, false), judgeKept(80, null)].map(brief)).toEqual([["ok", null, null], ["warn", "PORT_NOT_KEPT", "caddy.port"], ["unknown", null, null]]);
  expect([brief(judgeCaddy("v2.11.2", "/c")), brief(judgeCaddy("v2.11.4", "/c")), brief(judgeCaddy(null, "/c"))]).toEqual([["fail", "CADDY_OUTDATED", null], ["ok", null, null], ["fail", "CADDY_UNAVAILABLE", null]]);
});

test("a part with a known fault is told with what mends it, and one without is fine", () => {
  const found = judgePart("node", "v24.22.0", ok("24.22.0"));
  expect([brief(found), found.part, found.problem?.message]).toEqual([
    ["warn", "PART_KNOWN_BAD", null],
    { name: "node", version: "24.22.0" },
    "A security release of Node is waiting: 24.22.0 has a known fault, fixed in 24.22.1. Brotli data runs code; names in TLS and DNS are taken for others (Node's security release of 2026-10-21 (CVE-2026-111497 and nine more)).",
  ]);
  const caddy = judgeCaddy("v2.11.3", "/c");
  expect([brief(caddy), caddy.problem?.values, caddy.part]).toEqual([["warn", "PART_KNOWN_BAD", null], expect.objectContaining({ part: "Caddy", version: "2.11.3", fixedIn: "2.11.4" }), { name: "caddy", version: "2.11.3" }]);
  // Pinned, with what is accepted of it; and too old at all, which says so itself.
  expect([judgePart("node", "24.22.3", ok("x")), judgePart("node", "26.12.1", ok("x")), judgeCaddy("v2.11.4", "/c"), judgePart("buildx", "0.36.1", ok("x")), judgeCaddy("v2.11.2", "/c")].map((each) => brief(each)![1])).toEqual([null, null, null, null, "CADDY_OUTDATED"]);
});

test("the kernel, its connections and its files", () => {
  const kernel = { forward: "1", overlay: true, cgroups: 2, release: "6.12" };
  expect([kernel, { ...kernel, forward: "0" }, { ...kernel, overlay: false }, { ...kernel, cgroups: 0 }].map((each) => brief(judgeKernel(each))![0])).toEqual(["ok", "fail", "warn", "fail"]);
  expect([judgeConnections(10, 100), judgeConnections(85, 100), judgeConnections(99, 100)].map(({ state }) => state)).toEqual(["ok", "warn", "fail"]);
  expect([judgeFiles("1200\t0\t9223372036854775807\n").detail, brief(judgeFiles("950 0 1000")), judgeOwnFiles("Limit                     Soft Limit           Hard Limit           Units\nMax open files            1024                 524288               files\n", 30).detail, brief(judgeOwnFiles("Max open files 1024 1024 files", 1000))]).toEqual([
    "1200 open, no limit",
    ["fail", "FILE_LIMIT_LOW", null],
    "30 open of 1024",
    ["warn", "FILE_LIMIT_LOW", null],
  ]);
});

test("systems, updates, panels and sshd", () => {
  const release = (id: string, version: string) => brief(judgeSystem(`PRETTY_NAME="X"\nID=${id}\nVERSION_ID="${version}"\n`));
  expect([release("debian", "13"), release("debian", "11"), release("ubuntu", "24.04"), release("alpine", "3.20")].map((found) => found![0])).toEqual(["ok", "warn", "ok", "warn"]);
  expect([judgeProcessor("x64"), judgeProcessor("riscv64"), judgeLibc("glibc 2.41\n"), judgeLibc("glibc 2.17\n"), judgeLibc(null), judgeRights(0), judgeRights(1000)].map(({ state }) => state)).toEqual(["ok", "warn", "ok", "fail", "unknown", "ok", "warn"]);
  const ubuntu = "\n12 updates can be applied immediately.\n5 of these updates are standard security updates.\nTo see these additional updates run: apt list --upgradable\n";
  expect([brief(judgeUpdates(ubuntu)), judgeUpdates(ubuntu)?.problem?.values, brief(judgeUpdates("\n0 updates can be applied immediately.\n")), judgeUpdates(null)]).toEqual([["warn", "UPDATES_PENDING", null], { count: 5 }, ["ok", null, null], null]);
  expect([brief(judgePanels([])), judgePanels(["Plesk", "Coolify"]).problem?.message]).toEqual([["ok", null, null], "Plesk and Coolify is installed on this server."]);
  const sshd = (text: string) => brief(judgeForwarding(text, "deploy"))![0];
  expect([sshd("allowtcpforwarding yes\nallowstreamlocalforwarding yes\ndisableforwarding no\n"), sshd("allowtcpforwarding no\nallowstreamlocalforwarding yes\n"), sshd("allowtcpforwarding yes\nallowstreamlocalforwarding yes\ndisableforwarding yes\n")]).toEqual(["ok", "warn", "warn"]);
});
