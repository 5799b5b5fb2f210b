import { createOrganization } from '../../domain/organizations/create-organization.ts';
import { createdModal } from '../blocks/create.ts';
import type { Listener, ViewInteraction } from '../listener.ts';
import { readText, readUpload } from './inputs.ts';

export const createViews: Record<string, Listener<ViewInteraction>> = {
  'create.submit': {
    once: true,
    handle: async ({ context, actor, state, ack }) => {
      const logo = readUpload(state, 'logo');
      const { name } = await createOrganization(context, actor, {
        name: readText(state, 'name'),
        description: readText(state, 'description'),
        logo,
      });
      await ack({ update: createdModal(name, { logo: logo !== undefined }) });
    },
  },
};
