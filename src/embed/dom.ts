export type Child = Node | string | null | false;
type Attributes = Record<string, string | number | boolean | null | undefined>;

/** An element with its attributes (`true` is an empty one, `false` and null none) and children. Words are never read as HTML. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  set(element, attributes);
  element.append(...children.filter((child): child is Node | string => child !== null && child !== false));
  return element;
}

export function set(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
}

/** A picture of lines on a field of 24 by 24 that screen readers pass over. */
export function icon(...paths: string[]): SVGSVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  set(svg, { viewBox: '0 0 24 24', class: 'icon', 'aria-hidden': 'true', focusable: 'false' });
  for (const d of paths) {
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    path.setAttribute('d', d);
    svg.append(path);
  }
  return svg;
}

export const icons = {
  close: 'M6 6l12 12M18 6L6 18',
  speech: 'M4 5.5h16v11h-9l-4.5 4v-4H4z',
  clip: 'M19 11.5l-7.2 7.2a4.6 4.6 0 0 1-6.5-6.5l7.9-7.9a3 3 0 0 1 4.3 4.3l-7.8 7.8a1.5 1.5 0 0 1-2.2-2.1l6.6-6.6',
  file: 'M7 3.5h7l4 4v13H7zM13.5 3.5v4.5H18',
} as const;

let last = 0;
/** An id for references within one tree. */
export function newId(): string {
  last += 1;
  return `orgdesk-${last}`;
}

/** Styles of a shadow root without a style element, which a page's `style-src` may forbid. */
export function addStyles(root: ShadowRoot, text: string): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  root.adoptedStyleSheets = [sheet];
}
