const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "6 days left", rounded down, so that nobody is promised more than there is; "less than a minute left" at the end. */
export function timeLeft(until: Date, now: Date): string {
  const left = until.getTime() - now.getTime();
  const [size, unit] = left >= DAY ? [DAY, 'day'] : left >= HOUR ? [HOUR, 'hour'] : [MINUTE, 'minute'];
  const count = Math.floor(left / size);
  if (count < 1) return 'less than a minute left';
  return `${count} ${unit}${count === 1 ? '' : 's'} left`;
}

/** "12 minutes", "3 hours": rounded up, so that nobody is promised too early. */
export function roughly(minutes: number): string {
  const [count, unit] = minutes <= 90 ? [Math.max(1, minutes), 'minute'] : [Math.ceil(minutes / 60), 'hour'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** The minutes from `now` until then, rounded up, in the same words. */
export function roughlyUntil(until: Date, now: Date): string {
  return roughly(Math.ceil((until.getTime() - now.getTime()) / MINUTE));
}

const inUtc = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });

/** A moment in mrkdwn, shown in the reader's own time zone; in UTC where Slack cannot. */
export function moment(at: Date): string {
  return `<!date^${Math.floor(at.getTime() / 1000)}^{date_short_pretty} at {time}|${inUtc.format(at)} UTC>`;
}

const dayInUtc = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' });

/** The day of a moment in mrkdwn, in the reader's own time zone; in UTC where Slack cannot. */
export function day(at: Date): string {
  return `<!date^${Math.floor(at.getTime() / 1000)}^{date_short}|${dayInUtc.format(at)}>`;
}
