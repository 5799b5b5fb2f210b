import { createApi } from './api.ts';
import { createBuying } from './buy.ts';
import { takeOver } from './conversation-page.ts';
import { showReturn } from './payment-return.ts';
import { readSettings } from './settings.ts';
import { buildStage } from './stage.ts';
import { openStore } from './storage.ts';
import { askWhetherListed } from './website.ts';
import { createWidget } from './widget.ts';

interface Orgdesk {
  labels?: unknown;
  open?(): void;
  close?(): void;
}

declare global {
  interface Window {
    orgdesk?: Orgdesk;
  }
}

const say = (sentence: string) => console.warn(`Orgdesk: ${sentence}`);

/** Shows the widget where this website may and this browser can, and a line in the console where not. */
async function embed(base: string, { dataset }: HTMLScriptElement): Promise<void> {
  const { key } = dataset;
  if (!key) return say('nothing is shown here, because the script has no data-key (in Slack: /org plugin).');
  const given = window.orgdesk ?? {};
  // The first of two scripts is the one.
  if (given.open) return;
  let opened = false;
  const api = createApi(base, key);
  window.orgdesk = Object.assign(given, {
    open: () => {
      opened = true;
    },
    close: () => {},
  });
  if (!('adoptedStyleSheets' in document) || !('HTMLDialogElement' in window))
    return say('nothing is shown here, because this browser is too old.');
  const products = await askWhetherListed(api);
  if (products === null) {
    return say(
      `nothing is shown on ${location.origin}, because it is not an authorized domain (in Slack: /org domains), or data-key is an old key (/org plugin).`,
    );
  }
  const settings = readSettings(dataset, given, document.documentElement.lang);
  const stage = buildStage(settings);
  const widget = createWidget({
    api,
    settings,
    stage,
    store: openStore('localStorage', key),
    drafts: openStore('sessionStorage', key),
  });
  const buy = createBuying({ api, settings, stage, products });
  // On the document, so that buttons count that come later.
  document.addEventListener('click', (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const opener = target?.closest<HTMLElement>('[data-orgdesk-open]');
    const product = target?.closest<HTMLElement>('[data-orgdesk-product]');
    if (!opener && !product) return;
    event.preventDefault();
    if (product) buy(product);
    else if (opener) widget.open(opener);
  });
  Object.assign(given, { open: () => widget.open(), close: widget.close });
  if (opened) widget.open();
  stage.tell('ready', {});
  await showReturn(api, stage, settings);
}

const element = document.currentScript;
if (element instanceof HTMLScriptElement) {
  const base = element.src.replace(/\.js(\?.*)?$/, '');
  const { conversation } = element.dataset;
  const start = () => (conversation ? takeOver(base, conversation) : embed(base, element));
  if (document.body) void start();
  else document.addEventListener('DOMContentLoaded', start);
}
