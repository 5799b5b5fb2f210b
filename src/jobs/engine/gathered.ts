/**
 * Turns a function on many items into one on a single item: calls made in the same turn, or while an earlier round is
 * under way, are answered by one round together. One round runs at a time; `round` answers in the order of its items.
 */
export function gathered<Item, Answer>(
  round: (items: Item[]) => Promise<readonly Answer[]>,
  limit: number,
): (item: Item) => Promise<Answer> {
  interface Call {
    item: Item;
    resolve: (answer: Answer) => void;
    reject: (error: unknown) => void;
  }
  const waiting: Call[] = [];
  let underWay = false;

  const run = async () => {
    while (waiting.length > 0) {
      const calls = waiting.splice(0, limit);
      try {
        const answers = await round(calls.map((call) => call.item));
        calls.forEach((call, index) => {
          call.resolve(answers[index] as Answer);
        });
      } catch (error) {
        for (const call of calls) call.reject(error);
      }
    }
    underWay = false;
  };

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (underWay) return;
      underWay = true;
      setImmediate(run);
    });
}
