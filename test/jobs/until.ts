import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves when `condition` holds; for what cannot be awaited. @throws after 45 s. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 45_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`It never came to hold: ${condition}`);
    await sleep(5);
  }
}

/** A promise that is resolved from outside. */
export function gate(): { opened: Promise<void>; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
