// The programs that come with us, pinned. Digests are the ones that the makers' own public image recipes pin
// (caddyserver/caddy-docker, docker-library/docker), and for Node the ones of package-lock.json, so that no download vouches for itself.
import { OLDEST_BUILDX, OLDEST_CADDY } from "@aeroplane/agent/contract";

export type Arch = "x64" | "arm64";
export type PartName = "caddy" | "buildx" | "node";

export type OfficialFile = {
  url: string;
  algorithm: "sha256" | "sha512";
  digest: string;
  /** How long the download is, where that can be read beside its digest; without it only MOST_BYTES bounds it. */
  bytes?: number;
  /** The file to take out of a .tar.gz, by its path in there; absent where the download is the program itself. */
  member?: string;
};

/** No part is nearly as long: an address that never ends must not fill this computer's disk. */
export const MOST_BYTES = 256 * 1024 * 1024;
/** npm's public registry, whose packages hold Node's own program and nothing that runs at an installation. */
export const NPM_REGISTRY = "https://registry.npmjs.org/";

export type DownloadedPart = {
  version: string;
  /** Name of the program's file wherever it is put. */
  file: string;
  official: Record<Arch, OfficialFile>;
  /** Older ones are refused, wherever they come from; see known-bad.ts. */
  atLeast: string;
  /** Where Debian's archive keeps the same program. */
  debian: { package: string; member: string };
};

export type Manifest = {
  caddy: DownloadedPart;
  buildx: DownloadedPart;
  /** Each architecture's own newest with all known fixes; see 0025. */
  node: { version: Record<Arch, string>; file: string; official: Record<Arch, OfficialFile> };
};

function caddy(arch: string, digest: string): OfficialFile {
  return {
    url: `https://github.com/caddyserver/caddy/releases/download/v2.11.4/caddy_2.11.4_linux_${arch}.tar.gz`,
    algorithm: "sha512",
    digest,
    member: "caddy",
  };
}

function buildx(arch: string, digest: string): OfficialFile {
  return {
    url: `https://github.com/docker/buildx/releases/download/v0.36.1/buildx-v0.36.1.linux-${arch}`,
    algorithm: "sha256",
    digest,
  };
}

/** The integrity of package-lock.json, as it stands there. */
function node(arch: Arch, version: string, integrity: string, bytes: number): OfficialFile {
  return {
    url: `${NPM_REGISTRY}node-linux-${arch}/-/node-linux-${arch}-${version}.tgz`,
    algorithm: "sha512",
    digest: Buffer.from(integrity, "base64").toString("hex"),
    bytes,
    member: "package/bin/node",
  };
}

const nodeVersion: Record<Arch, string> = { x64: "24.22.3", arm64: "26.12.1" };

export const manifest: Manifest = {
  caddy: {
    version: "2.11.4",
    file: "caddy",
    official: {
      x64: caddy(
        "amd64",
        "8220d1f013b6f27510247b2360c9e0ca9f018feebd82515f07635318b34ff9777ccc8fd0b6e6f2486ce3a33fe389fbb7db12d05baa474f4587509fb4f5ebf1c9",
      ),
      arm64: caddy(
        "arm64",
        "d5a7c423853c24a799765e0e8210d5c7c22a8f56ed37a3cae2fb9f58be138853c02b4efd6b59d576e6d8c7c0d30b9c1592deeaa6a536ff69bcca23b8c1ea709c",
      ),
    },
    atLeast: OLDEST_CADDY,
    debian: { package: "caddy", member: "usr/bin/caddy" },
  },
  buildx: {
    version: "0.36.1",
    file: "docker-buildx",
    official: {
      x64: buildx("amd64", "48af8a397ebd60178778bf63611dbcebe5f5e7a9be90eb9147b24b9587455778"),
      arm64: buildx("arm64", "5d0cafd9d16afe1a0f0d9529885344ace2cc99efdd531b6c783c5455a6001569"),
    },
    atLeast: OLDEST_BUILDX,
    debian: { package: "docker-buildx", member: "usr/libexec/docker/cli-plugins/docker-buildx" },
  },
  node: {
    version: nodeVersion,
    file: "node",
    official: {
      x64: node("x64", nodeVersion.x64, "KHsob+Fv9YerATvYujMbiyJqnRCvLtrcr/eTNqRqiOSGp97EOiRP1yP47+knGgQ/xnc3XY8xzkW587dlZzNqRA==", 52_752_166),
      arm64: node("arm64", nodeVersion.arm64, "8Oxs6Y7rDcKufVIM/zYRSwytj46WOrZk7yFCLTKDcs17bBjAeD9HMAqo97hMfMyxozIud0S4vZCs5WB/3iavNQ==", 57_549_528),
    },
  },
};
