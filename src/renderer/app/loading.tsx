import { Skeleton } from "../ui/text.tsx";

/** The window's own shape, before the first answer. */
export function Loading() {
  return (
    <main aria-busy aria-label="Loading" className="flex h-full">
      <div className="flex w-14 flex-col items-center gap-2 border-r border-line bg-sunken pt-3">
        <Skeleton className="size-9 !rounded-lg" />
        <Skeleton className="size-9 !rounded-lg" />
      </div>
      <div className="w-[228px] border-r border-line p-4 max-[1199px]:w-14">
        <Skeleton className="h-4 w-full" />
      </div>
      <div className="flex-1" />
    </main>
  );
}
