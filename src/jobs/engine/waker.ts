/** A sleep that can be ended from outside, and that does not begin when it was ended before. */
export interface Waker {
  /** From here on a wake() ends the next sleep(). */
  arm(): void;
  wake(): void;
  sleep(milliseconds: number): Promise<void>;
}

export function createWaker(): Waker {
  let woken = false;
  let end: (() => void) | undefined;
  return {
    arm() {
      woken = false;
    },
    wake() {
      woken = true;
      end?.();
    },
    async sleep(milliseconds) {
      if (woken) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        end = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      end = undefined;
    },
  };
}
