export type Scheme = 'light' | 'dark';

/**
 * Follows the page's look, telling of each change and of the first. A website may say it itself: light, dark, or auto for what
 * the visitor prefers. Else the page's background counts, its body's or its root's, and where neither has one the canvas, which
 * is as its `color-scheme` has it: `host` has that as its own background.
 */
export function followScheme(given: string | undefined, host: Element, on: (scheme: Scheme) => void): void {
  const preference = matchMedia('(prefers-color-scheme: dark)');
  const read = (): Scheme => {
    if (given === 'light' || given === 'dark') return given;
    const dark =
      given === 'auto'
        ? preference.matches
        : (isDark(document.body) ?? isDark(document.documentElement) ?? isDark(host));
    return dark ? 'dark' : 'light';
  };
  let shown: Scheme | null = null;
  const look = () => {
    const scheme = read();
    if (scheme !== shown) on(scheme);
    shown = scheme;
  };
  look();
  preference.addEventListener('change', look);
  addEventListener('load', look);
  // A switch of the page's own is a class or an attribute of its outermost elements.
  const observer = new MutationObserver(look);
  for (const element of [document.documentElement, document.body]) {
    observer.observe(element, { attributes: true });
    element.addEventListener('transitionend', look);
  }
}

/** Whether an element's background is dark; null where it has none. Browsers tell of it in the form in which it was written. */
function isDark(element: Element): boolean | null {
  const parts = /^(\w+)\((?:[a-z][\w-]* )?(.*)/.exec(getComputedStyle(element).backgroundColor);
  if (!parts) return null;
  const [, form = '', values = ''] = parts;
  const [one = 0, two = 0, three = 0, alpha = 1] = values
    .split(/[\s,/]+/)
    .map((value) => Number.parseFloat(value) || 0);
  if (alpha === 0) return null;
  // lab, lch, oklab and oklch begin with the lightness; rgb counts to 255, lab and lch to 100, the others to 1.
  const lightness = /la|lc/.test(form) ? one : 0.299 * one + 0.587 * two + 0.114 * three;
  return lightness < (form.startsWith('rgb') ? 128 : form.startsWith('l') ? 54 : 0.55);
}
