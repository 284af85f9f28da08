export { buildImage, type ImageBuild } from "./image.ts";
export { buildSite, linkSite, removeSite, type SiteBuild } from "./site.ts";
export { keptBuild, readBuildOutput, type BuilderOptions } from "./buildx.ts";
