/** Hears of everything that was opened, and how it is closed: what was opened last is closed first. */
export type OnStop = (closer: () => unknown) => void;
