/** The most seats that one organization can have. */
export const MOST_SEATS = 10_000;
