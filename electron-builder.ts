import type { Configuration } from "electron-builder";

/** `Required`: a fuse that Electron adds is a type error here until somebody has decided about it. */
const electronFuses: Required<NonNullable<Configuration["electronFuses"]>> = {
  runAsNode: false,
  enableCookieEncryption: true,
  enableNodeOptionsEnvironmentVariable: false,
  enableNodeCliInspectArguments: false,
  enableEmbeddedAsarIntegrityValidation: true,
  onlyLoadAppFromAsar: true,
  loadBrowserProcessSpecificV8Snapshot: false,
  grantFileProtocolExtraPrivileges: false,
  resetAdHocDarwinSignature: false,
};

export default {
  appId: "run.aeroplane.desktop",
  productName: "Aeroplane",
  directories: { output: "dist", buildResources: "resources" },
  files: ["out/**", "package.json", "!**/*.map"],
  asarUnpack: ["node_modules/@napi-rs/**", "node_modules/node-linux-*/**"],
  extraResources: [
    { from: "agent/dist/agent.mjs", to: "agent.mjs" },
    { from: "resources", to: ".", filter: ["*.service", "*.sh"] },
  ],
  electronFuses,
  npmRebuild: false,
  linux: { target: ["AppImage", "deb"], category: "Development" },
  mac: { target: ["dmg", "zip"], category: "public.app-category.developer-tools", hardenedRuntime: true },
  win: { target: ["nsis"] },
} satisfies Configuration;
