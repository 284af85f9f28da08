import { expect, test } from "vitest";
import { checksOf, stopper, summaryOf } from "./checks.ts";
import { optionsFor } from "./choices.ts";
import { missingPackages, installLabel } from "./packages.ts";
import { readPreflight, type Preflight } from "./preflight.ts";
import { swapSize } from "./swap.ts";

const asked = 1_795_701_361_500;
const ready: Preflight = {
  ...{ login: "root", root: "yes", kernel: "Linux", arch: "x86_64", os: "debian", osLike: "", osVersion: "13", osName: "Debian GNU/Linux 13 (trixie)", codename: "trixie" },
  ...{ systemd: true, apt: true, cores: 4, memoryKilobytes: 8_000_000, swapKilobytes: 0, docker: "26.1.5", dockerRuns: true, dockerStore: "overlay2", podman: false, dockerArchive: false },
  ...{ git: "2.47.3", nft: true, ip: true, atomic: true, lacksApparmor: false, libc: "2.41", freeKilobytes: 20_000_000, freeDataKilobytes: 20_000_000, freeInodes: 1_000_000, noexec: false },
  ...{ port80: "", port443: "", clock: 1_795_701_361, sshd: "allowtcpforwarding yes disableforwarding no allowstreamlocalforwarding yes ", socket: "/run/dbus/system_bus_socket" },
  ...{ firewall: "none", firewallOpen: true, panels: [], caddy: "", asked, milliseconds: 300, forwards: true },
};
const stopOf = (found: Partial<Preflight>, door: "forwarding" | "bridge" = "forwarding") => {
  const problem = stopper(checksOf({ ...ready, ...found }, { address: "a.test" }), { door });
  return problem && `${problem.code}: ${problem.message}`;
};
const warningsOf = (found: Partial<Preflight>) => checksOf({ ...ready, ...found }, { address: "a.test" }).filter(({ state }) => state === "warn").map(({ problem }) => problem!.code);

test("a server that has everything is told in one line and stops nothing", () => {
  expect([summaryOf(ready), stopOf({}), warningsOf({})]).toEqual(["Debian 13, 4 cores, 8 GB, ports 80 and 443 free", null, []]);
  expect(summaryOf({ ...ready, cores: 1, memoryKilobytes: 984_000, port443: "nginx" })).toBe("Debian 13, 1 core, 961 MB, port 80 free");
});

test("each thing that stops has its own code and sentence", () => {
  expect([
    stopOf({ kernel: "FreeBSD", os: "", osName: "" }),
    stopOf({ os: "fedora", osName: "Fedora Linux 44", docker: "", git: "" }),
    stopOf({ osVersion: "11" }),
    stopOf({ os: "ubuntu", osVersion: "20.04" }),
    stopOf({ arch: "riscv64" }),
    stopOf({ libc: "" }),
    stopOf({ root: "no", login: "bob" }),
    stopOf({ freeKilobytes: 300_000 }),
    stopOf({ docker: "", freeDataKilobytes: 1_200_000 }),
    stopOf({ freeInodes: 900 }),
    stopOf({ noexec: true }),
    stopOf({ clock: 1_795_701_361 - 7200 }),
    stopOf({ forwards: false, sshd: "allowtcpforwarding no disableforwarding no allowstreamlocalforwarding yes " }),
    stopOf({ docker: "19.03.1" }),
    stopOf({ podman: true, docker: "" }),
    stopOf({ port80: "nginx" }),
  ]).toMatchInlineSnapshot(`
    [
      "OS_UNSUPPORTED: a.test runs FreeBSD, which cannot be prepared.",
      "OS_UNSUPPORTED: a.test runs Fedora Linux 44, which cannot be prepared.",
      "OS_UNSUPPORTED: a.test runs Debian 11, which cannot be prepared.",
      "OS_UNSUPPORTED: a.test runs Ubuntu 20.04, which cannot be prepared.",
      "ARCH_UNSUPPORTED: The processor of a.test is riscv64; there is no agent for it.",
      "LIBC_UNSUPPORTED: The C library of a.test is not glibc; glibc 2.28 or newer is needed.",
      "ROOT_NEEDED: bob is not root on a.test and may not use sudo there.",
      "DISK_SPACE_LOW: 293 MB are free in /opt on a.test; 600 MB are needed.",
      "DISK_SPACE_LOW: 1.1 GB are free in /var/lib on a.test; 2000 MB are needed.",
      "FILES_LIMIT_LOW: 900 more files fit into /opt on a.test; 20000 are needed.",
      "NOEXEC_MOUNT: Programs in /opt cannot be run on a.test: it is mounted noexec.",
      "CLOCK_WRONG: The clock of a.test differs from this computer's by 7200 s.",
      "FORWARDING_REFUSED: The SSH server of a.test forwards no unix sockets for this login, and the agent listens on one only.",
      "DOCKER_TOO_OLD: Docker on a.test is 19.03.1; 20.10 or newer is needed.",
      "DOCKER_IS_PODMAN: The command docker on a.test is Podman, which cannot run the services.",
      "PORT_TAKEN: Port 80 of a.test is held by nginx; no site could answer there.",
    ]
  `);
});

test("what does not stop: another door, a Linux that has the tools, unknown numbers, our own Caddy", () => {
  expect([
    stopOf({ forwards: false }, "bridge"),
    stopOf({ os: "fedora", osName: "Fedora Linux 44" }),
    stopOf({ os: "linuxmint", osLike: "ubuntu debian", docker: "", git: "" }),
    stopOf({ freeInodes: 0, clock: null, memoryKilobytes: null }),
    stopOf({ port80: "ours" }),
    stopOf({ forwards: null }),
  ]).toEqual([null, null, null, null, null, null]);
  expect(warningsOf({ systemd: false, clock: 1_795_701_361 + 90, memoryKilobytes: 900_000, port443: "nginx", firewall: "ufw", firewallOpen: false, panels: ["Coolify"] })).toEqual([
    "SUPERVISION_LIMITED", "MEMORY_SMALL", "CLOCK_WRONG", "PORT_TAKEN", "FIREWALL_CLOSED", "PANEL_PRESENT",
  ]);
});

test("a sleeping answer is no wrong clock", () => {
  // Asked over 60 s: the server may have said its time at any moment of it.
  expect(warningsOf({ clock: Math.round(asked / 1000) + 29, milliseconds: 60_000 })).toEqual([]);
});

test("only what applies is offered, and nothing of it is done unasked", () => {
  const ids = (found: Partial<Preflight>) => optionsFor({ ...ready, ...found }).map(({ id, checked }) => `${id}${checked ? "" : " off"}`);
  expect([ids({}), ids({ systemd: false }), ids({ firewall: "ufw", firewallOpen: false }), ids({ memoryKilobytes: 984_000 }), ids({ memoryKilobytes: 984_000, swapKilobytes: 500 }), ids({ docker: "", dockerArchive: true }), ids({ dockerArchive: true })]).toEqual([
    [], ["unsupervised"], ["firewall"], ["swap"], [], ["dockerArchive off"], [],
  ]);
  expect([swapSize(20_000_000), swapSize(7_000_000), swapSize(2_000_000), swapSize(null)]).toEqual([2048, 1024, 0, 0]);
});

test("Node for arm64 needs a library that the other architecture's does not", () => {
  const lacks = (arch: string, atomic: boolean) => missingPackages({ ...ready, arch, atomic }, { fromDocker: false }).needed;
  expect([lacks("aarch64", false), lacks("aarch64", true), lacks("x86_64", false)]).toEqual([["libatomic1"], [], []]);
});

test("what is missing is installed, from the archive that was chosen", () => {
  const bare = { ...ready, docker: "", git: "", nft: false, atomic: false, lacksApparmor: true };
  const [own, theirs] = [missingPackages(bare, { fromDocker: false }), missingPackages(bare, { fromDocker: true })];
  expect([own.needed, own.welcome, theirs.needed, installLabel(own), installLabel(theirs), missingPackages(ready, { fromDocker: true }).needed]).toEqual([
    ["docker.io", "git", "nftables", "apparmor"], ["docker-cli", "ca-certificates"], ["docker-ce", "docker-ce-cli", "containerd.io", "git", "nftables", "apparmor"],
    "Install Docker, git, nftables and apparmor", "Install Docker, git, nftables and apparmor", [],
  ]);
});

test("a banner around the answer does no harm, a strange shell is told", () => {
  const said = { ...ready, systemd: "yes", apt: "yes", dockerRuns: "yes", podman: "no", dockerArchive: "no", nft: "yes", ip: "yes", atomic: "yes", lacksApparmor: "no", noexec: "no", firewallOpen: "yes", panels: "", cores: "4", memoryKilobytes: "8000000", swapKilobytes: "0", freeKilobytes: "1", freeDataKilobytes: "1", freeInodes: "-", clock: "5" };
  expect(readPreflight(`Welcome!\n\n==aeroplane==${JSON.stringify(said)}==end==\nbye`, "a")).toMatchObject({ cores: 4, freeInodes: null, systemd: true, panels: [] });
  expect(() => readPreflight("This account is not available.", "a")).toThrow("its shell did not run the check");
});
