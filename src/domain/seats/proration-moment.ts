/** How long the moment of a preview may lie back for the change to be prorated from it, in seconds. */
const PREVIEW_SECONDS = 15 * 60;

/** How long before that another preview is made, so that the moment still stands when the wish is recorded, in seconds. */
const SPARE_SECONDS = 60;

/**
 * The moment from which a change is prorated, in whole seconds, Stripe's unit: that of the preview whose amount was `shown`,
 * so that this amount is what is charged. A moment that does not lie shortly before now is the client's invention: now.
 */
export function prorationMoment(now: Date, shown: Date | undefined): Date {
  return within(now, shown, PREVIEW_SECONDS);
}

/** The same for a preview that is made before the wish is recorded. */
export function previewMoment(now: Date, shown: Date | undefined): Date {
  return within(now, shown, PREVIEW_SECONDS - SPARE_SECONDS);
}

function within(now: Date, shown: Date | undefined, seconds: number): Date {
  const age = shown ? now.getTime() - shown.getTime() : -1;
  const moment = shown && age >= 0 && age <= 1000 * seconds ? shown : now;
  return new Date(1000 * Math.floor(moment.getTime() / 1000));
}
