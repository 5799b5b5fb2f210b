import { type Labels, readLabels } from './labels.ts';

/** What the website's script element, and `window.orgdesk`, say. */
export interface Settings {
  labels: Labels;
  /** For dates and amounts; a language tag. */
  language: string;
  /** Whether there is a button of ours. */
  button: boolean;
  /** At which end of the line button and panel stand. */
  atStart: boolean;
  scheme: string | undefined;
  visitor: { name: string | undefined; email: string | undefined };
}

/** `pageLanguage` is what the page says of itself: it counts where it is a kind of English, as the words are. */
export function readSettings(
  dataset: DOMStringMap,
  given: { labels?: unknown },
  pageLanguage: string,
): Settings {
  const { name, email } = dataset;
  return {
    labels: readLabels(given.labels, dataset),
    language: knownLanguage(dataset.lang ?? (/^en\b/i.test(pageLanguage) ? pageLanguage : 'en')),
    button: dataset.button !== 'none',
    atStart: dataset.position === 'start',
    scheme: dataset.scheme,
    visitor: { name, email },
  };
}

/**
 * For dates and amounts: English, as the words are, where the tag names no language. Where it leaves the country open, the
 * visitor's own is meant, if that is a kind of the same language.
 */
export function knownLanguage(tag: string | undefined): string {
  try {
    const [named = 'en'] = Intl.getCanonicalLocales(tag || 'en');
    return navigator.language.startsWith(`${named}-`) ? navigator.language : named;
  } catch {
    return 'en';
  }
}
