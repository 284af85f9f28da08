// The programs that come with us, pinned. Digests are the ones that the makers' own public image recipes pin
// (caddyserver/caddy-docker, docker-library/docker), so that no download vouches for itself.
export type Arch = "x64" | "arm64";
export type PartName = "caddy" | "buildx" | "node";

export type OfficialFile = {
  url: string;
  algorithm: "sha256" | "sha512";
  digest: string;
  /** The file to take out of a .tar.gz; absent where the download is the program itself. */
  member?: string;
};

export type DownloadedPart = {
  version: string;
  /** Name of the program's file wherever it is put. */
  file: string;
  official: Record<Arch, OfficialFile>;
  /** Where Debian's archive keeps the same program. */
  debian: { package: string; member: string };
};

export type Manifest = {
  caddy: DownloadedPart;
  buildx: DownloadedPart;
  node: { version: string; file: string };
};

function caddy(arch: string, digest: string): OfficialFile {
  return {
    url: `https://github.com/caddyserver/caddy/releases/download/v2.11.2/caddy_2.11.2_linux_${arch}.tar.gz`,
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

export const manifest: Manifest = {
  caddy: {
    version: "2.11.2",
    file: "caddy",
    official: {
      x64: caddy(
        "amd64",
        "2513b289054386b76642a9e8bfc10d217df2b5361e4cdd0c72672b0eeab57ae737d57466eb70f1a44233cbcc697ecf21de88137ca45ef4b64f150a32b58f5f14",
      ),
      arm64: caddy(
        "arm64",
        "630d1e096e3c9594fd2f4f7129356ee5d6c7e53d0ca1b9a0c7486612c6d752ff355c96738c7a28c60367a5f1da4b51afca731bb745fb0b97cda4c811214cdc48",
      ),
    },
    debian: { package: "caddy", member: "usr/bin/caddy" },
  },
  buildx: {
    version: "0.36.1",
    file: "docker-buildx",
    official: {
      x64: buildx("amd64", "48af8a397ebd60178778bf63611dbcebe5f5e7a9be90eb9147b24b9587455778"),
      arm64: buildx("arm64", "5d0cafd9d16afe1a0f0d9529885344ace2cc99efdd531b6c783c5455a6001569"),
    },
    debian: { package: "docker-buildx", member: "usr/libexec/docker/cli-plugins/docker-buildx" },
  },
  node: { version: "24.21.0", file: "node" },
};
