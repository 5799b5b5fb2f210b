export type Scheme = 'light' | 'dark';

/**
 * Follows the page's look, telling of each change and of the first. What the page declares by `color-scheme` counts: one
 * scheme, or both, and then what the visitor prefers. A page that declares nothing may still be dark: then its background says
 * so. `given` is the website's own word: light, dark, or auto for what the visitor prefers.
 */
export function followScheme(given: string | undefined, on: (scheme: Scheme) => void): void {
  const preference = matchMedia('(prefers-color-scheme: dark)');
  const preferred = (): Scheme => (preference.matches ? 'dark' : 'light');
  const read = (): Scheme => {
    if (given === 'light' || given === 'dark') return given;
    if (given === 'auto') return preferred();
    const declared = getComputedStyle(document.body).colorScheme || 'normal';
    const [light, dark] = [/\blight\b/.test(declared), /\bdark\b/.test(declared)];
    if (light && dark) return preferred();
    if (light || dark) return dark ? 'dark' : 'light';
    return (isDark(document.body) ?? isDark(document.documentElement)) ? 'dark' : 'light';
  };
  let shown: Scheme | null = null;
  const look = () => {
    const scheme = read();
    if (scheme !== shown) on(scheme);
    shown = scheme;
  };
  look();
  preference.addEventListener?.('change', look);
  addEventListener('load', look);
  // A switch of the page's own is a class or an attribute of its outermost elements.
  const observer = new MutationObserver(look);
  for (const element of [document.documentElement, document.body])
    observer.observe(element, { attributes: true });
}

/** Whether an element's background is dark; null where it has none. */
function isDark(element: Element): boolean | null {
  const [red = 0, green = 0, blue = 0, alpha = 1] = (
    getComputedStyle(element).backgroundColor.match(/[\d.]+/g) ?? []
  ).map(Number);
  if (alpha === 0) return null;
  return 0.299 * red + 0.587 * green + 0.114 * blue < 128;
}
