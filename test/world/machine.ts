// What lets systemd and a Docker of its own run inside a container.

/** Not --privileged: some machines that run tests lack one capability of it. */
export const likeARealMachine = [
  ...[
    "--cap-add=ALL",
    "--cap-drop=SYS_RESOURCE",
    "--device-cgroup-rule=a *:* rwm",
    "--cgroupns=private",
  ],
  ...[
    "--security-opt",
    "seccomp=unconfined",
    "--security-opt",
    "apparmor=unconfined",
    "--security-opt",
    "systempaths=unconfined",
  ],
  ...[
    "--tmpfs",
    "/run",
    "--tmpfs",
    "/run/lock",
    "--tmpfs",
    "/tmp:exec",
    "--restart",
    "unless-stopped",
  ],
];
