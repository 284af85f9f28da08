import { create } from "zustand";
import type { Problem } from "@aeroplane/agent/contract";
import { problemOf } from "../data/problem.ts";

/** An act that would take data along; it waits for a yes to these paths. */
export type Loss = { id: number; service: string; title: string; word: string; paths: string[]; act: (discard: string[]) => Promise<unknown>; /** To where the data can be kept in volumes instead, if its agent has any. */ keep?: (() => void) | undefined };

/** Asked one after the other: several services may be deployed at once. */
export const useLosses = create<{ asked: Loss[] }>(() => ({ asked: [] }));

let count = 0;

/** Asks where a refusal names paths whose data would go; answers whether it did. */
export function askForLoss(problem: Problem, about: Omit<Loss, "id" | "paths">): boolean {
  const paths = pathsOf(problem);
  if (paths === undefined) return false;
  count += 1;
  const loss = { ...about, id: count, paths };
  useLosses.setState(({ asked }) => ({ asked: [...asked, loss] }));
  return true;
}

export const dropLoss = (id: number) => useLosses.setState(({ asked }) => ({ asked: asked.filter((one) => one.id !== id) }));

/** The yes to exactly the paths that were shown; others that there are meanwhile are shown with them. */
export async function agreeToLoss({ id, paths, act }: Loss): Promise<void> {
  try {
    await act(paths);
  } catch (error) {
    const more = pathsOf(problemOf(error)) ?? [];
    useLosses.setState(({ asked }) => ({ asked: asked.map((one) => (one.id === id ? { ...one, paths: [...new Set([...paths, ...more])] } : one)) }));
    throw error;
  }
}

const pathsOf = ({ code, lists }: Problem): string[] | undefined => (code === "VOLUME_DATA_WOULD_GO" ? lists?.paths : undefined);
