import { Empty } from "../ui/note.tsx";
import { Button } from "../ui/button.tsx";

/** The page without its program: the token is old, or the program has ended. */
export function LinkLost() {
  return (
    <main className="flex h-full items-center justify-center">
      <Empty title="Aeroplane does not answer on this computer" act={<Button onClick={() => location.reload()}>Try again</Button>}>
        The program behind this page has ended, or its address is from an earlier start. Start Aeroplane and open the address that it prints.
      </Empty>
    </main>
  );
}
