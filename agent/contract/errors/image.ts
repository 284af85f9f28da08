import type { ErrorEntry } from "./entry.ts";

/** Images, the registries that they come from, and the data that they declare. */
export const imageErrors = {
  IMAGE_NOT_FOUND: {
    status: 422,
    retry: false,
    message: "The image {reference} does not exist or is not readable.",
    next: "Check the name and the tag. A private image needs access for this server.",
  },
  REGISTRY_UNREACHABLE: {
    status: 422,
    retry: true,
    message: "The registry of {reference} could not be reached.",
    next: "Check that this server can reach the registry, then deploy again.",
  },
  REGISTRY_LIMITED: {
    status: 429,
    retry: true,
    message: "The registry of {reference} gives this server no more images for now: it has asked too often.",
    next: "Deploy again in an hour, or use an image of a registry without such a limit.",
  },
  REGISTRY_FAILING: {
    status: 503,
    retry: true,
    message: "The registry of {reference} answers with an error of its own.",
    next: "Deploy again when it has recovered; its status page may say more.",
  },
  IMAGE_WRONG_PROCESSOR: {
    status: 422,
    retry: false,
    message: "The image {reference} does not exist for the processor of this server, {processor}.",
    next: "Choose an image or a tag that is built for {processor}.",
  },
  IMAGE_HAS_VOLUMES: {
    status: 422,
    retry: false,
    message: "The image {reference} keeps data in {paths}, which is not kept between releases.",
    next: "Add a volume at each of these paths: what is there now goes into it. Without one the data may be lost at each deploy.",
  },
  VOLUME_DATA_WOULD_GO: {
    status: 409,
    retry: false,
    message: "{service} keeps data in {paths}, which its image declares as volumes; it goes when its containers are replaced or stopped.",
    next: "Add a volume at each of these paths and deploy: what they hold goes into it. Else copy out what is needed, then say that the data may go.",
  },
  VOLUME_DATA_KEPT: {
    status: 409,
    retry: false,
    message: "Data of {service} was kept in volumes that no container uses any more: {volumes}.",
    next: "Look into them with docker on the server, and remove them with docker volume rm when they are no longer needed.",
  },
} as const satisfies Record<string, ErrorEntry>;
