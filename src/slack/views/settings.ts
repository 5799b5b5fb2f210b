import { z } from 'zod';
import { changeSettings } from '../../domain/organizations/change-settings.ts';
import { fingerprint, type Shown, savedModal, type TextField, textFields } from '../blocks/settings.ts';
import type { Listener, ViewInteraction, ViewState } from '../listener.ts';
import { isTicked, readText, readUpload } from './inputs.ts';
import { parseJson } from './place.ts';

export const settingsViews: Record<string, Listener<ViewInteraction>> = {
  'settings.submit': {
    once: true,
    handle: async ({ context, actor, view, state, ack }) => {
      const upload = readUpload(state, 'logo');
      const { changed } = await changeSettings(context, actor, {
        ...readChangedTexts(state, view.metadata),
        // A new file replaces the logo anyway.
        ...(upload ? { logo: upload } : isTicked(state, 'remove_logo') && { logo: null }),
      });
      await ack({ update: savedModal(changed, { logo: upload !== undefined }) });
    },
  },
};

const blockIds = { name: 'name', description: 'description', joinLink: 'join_link' } as const;

/**
 * Only what the person changed: what they left as the modal showed it may be somebody else's newer words by now. Metadata
 * that cannot be read makes every field a changed one.
 */
function readChangedTexts(state: ViewState, metadata: string): Partial<Record<TextField, string>> {
  const shown = readShown(metadata);
  const typed = textFields.map((field) => [field, readText(state, blockIds[field])] as const);
  return Object.fromEntries(typed.filter(([field, text]) => fingerprint(text) !== shown[field]));
}

const shownSchema = z.object({ name: z.string(), description: z.string(), joinLink: z.string() });

function readShown(metadata: string): Partial<Shown> {
  return shownSchema.safeParse(parseJson(metadata)).data ?? {};
}
